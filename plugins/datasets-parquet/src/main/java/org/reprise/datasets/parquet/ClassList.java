package org.reprise.datasets.parquet;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The class names of a data set, filled while its files are opened. */
final class ClassList {
  private final Set<String> texts =
      new TreeSet<>(
          (a, b) -> // the order of code points, as Python sorts
          Arrays.compareUnsigned(
                  a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
  private final Map<String, Integer> places = new HashMap<>();
  private List<String> names = List.of();
  private Path source;

  /**
   * Makes a list that is filled later.
   *
   * @param source of the names, for messages
   */
  ClassList(Path source) {
    this.source = source;
  }

  /** Sets the names. */
  void set(List<String> given, Path from) {
    names = List.copyOf(given);
    source = from;
    for (int label = 0; label < names.size(); label++) {
      places.putIfAbsent(names.get(label), label);
    }
  }

  /** Adds names that the labels of a file are. */
  void add(Set<String> found) {
    texts.addAll(found);
  }

  /** Makes the texts that were added the names, in order. */
  void sortTexts() {
    set(new ArrayList<>(texts), source);
  }

  List<String> all() {
    return names;
  }

  /** Returns where the names came from. */
  Path source() {
    return source;
  }

  /** Returns the label of a name. */
  Optional<Integer> place(String name) {
    return Optional.ofNullable(places.get(name));
  }
}
