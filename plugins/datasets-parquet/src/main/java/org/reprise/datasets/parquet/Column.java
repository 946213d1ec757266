package org.reprise.datasets.parquet;

import java.util.List;
import org.reprise.budget.Shown;

/**
 * A leaf of the schema.
 *
 * @param index among the leaves, which is also its place in every row group
 * @param path names from the top, e.g. {@code image}, {@code bytes}
 * @param type physical type by Parquet's number
 * @param depth how many of the path are optional: the definition level of a value that is there
 * @param isRepeated whether a row may have several values
 */
record Column(int index, List<String> path, int type, int depth, boolean isRepeated) {
  static final int BOOLEAN = 0;
  static final int INT32 = 1;
  static final int INT64 = 2;
  static final int BYTE_ARRAY = 6;

  private static final String[] TYPES = {
    "booleans",
    "32-bit integers",
    "64-bit integers",
    "96-bit integers",
    "floats",
    "doubles",
    "texts or bytes",
    "bytes of fixed length"
  };

  boolean isInteger() {
    return !isRepeated && (type == INT32 || type == INT64);
  }

  boolean isBoolean() {
    return !isRepeated && type == BOOLEAN;
  }

  boolean isText() {
    return !isRepeated && type == BYTE_ARRAY;
  }

  /** Tells whether it holds an image's bytes as Hugging Face's library writes them. */
  boolean isBytesInStruct() {
    return isText() && path.size() > 1 && path.get(path.size() - 1).equals("bytes");
  }

  /** Tells whether it lies in no struct. */
  boolean isOnTop() {
    return path.size() == 1;
  }

  /** Returns what a user calls it: an image's bytes by their struct. */
  String called() {
    return String.join(".", isBytesInStruct() ? path.subList(0, path.size() - 1) : path);
  }

  /** Tells whether a user means it. */
  boolean isCalled(String wanted) {
    return called().equals(wanted) || String.join(".", path).equals(wanted);
  }

  /** Returns the name as it is shown. */
  String name() {
    return Shown.of(String.join(".", path));
  }

  /** Returns name and type as they are shown. */
  String description() {
    String kind = type >= 0 && type < TYPES.length ? TYPES[type] : "unknown type " + type;
    return name() + " (" + (isRepeated ? "lists of " : "") + kind + ")";
  }
}
