package org.reprise.engine.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** The nearest thing a user may have meant. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * Finds the known name nearest to a misspelt one.
   *
   * @param found what was written
   * @param known the names that exist
   * @return the nearest by edit distance, if it is near enough to be meant
   */
  public static Optional<String> nearest(String found, Collection<String> known) {
    int limit = Math.max(2, found.length() / 3);
    return known.stream()
        .filter(
            name -> distance(found, name) <= limit || (!found.isEmpty() && name.startsWith(found)))
        .min(
            Comparator.comparingInt((String name) -> distance(found, name))
                .thenComparing(name -> name));
  }

  /**
   * Words the suggestion as the end of a message.
   *
   * @param found what was written
   * @param known the names that exist
   * @return {@code Did you mean "x"? Known: ...} or just the known names
   */
  public static String hint(String found, Collection<String> known) {
    String all =
        known.isEmpty()
            ? "there are none"
            : "known: " + known.stream().sorted().collect(Collectors.joining(", "));
    return nearest(found, known)
        .map(name -> "did you mean \"" + name + "\"? (" + all + ")")
        .orElse(all);
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
