package org.reprise.datasets.parquet;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reprise.support.NameForm;

/**
 * The class names of a data set, filled while its files are opened. Texts of one {@link NameForm}
 * are one class, as folders are.
 */
final class ClassList {
  private final Map<String, String> texts = new HashMap<>(); // by their form
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
      places.putIfAbsent(NameForm.of(names.get(label)), label);
    }
  }

  /** Adds names that the labels of a file are. */
  void add(Set<String> found) {
    found.forEach(text -> texts.putIfAbsent(NameForm.of(text), text));
  }

  /** Makes the texts that were added the names, in order. */
  void sortTexts() {
    set(texts.values().stream().sorted(ClassList::byCodePoints).toList(), source);
  }

  // as Python sorts
  private static int byCodePoints(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
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
    return Optional.ofNullable(places.get(NameForm.of(name)));
  }
}
