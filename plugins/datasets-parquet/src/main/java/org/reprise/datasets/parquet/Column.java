package org.reprise.datasets.parquet;

import java.util.List;

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
  static final int INT32 = 1;
  static final int INT64 = 2;
  static final int BYTE_ARRAY = 6;

  boolean isInteger() {
    return !isRepeated && path.size() == 1 && (type == INT32 || type == INT64);
  }

  String name() {
    return String.join(".", path);
  }
}
