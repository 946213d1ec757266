package org.reprise.support;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The nearest thing a user may have meant. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * Finds the known name nearest to a misspelt one. Capital and small letters are not told apart.
   *
   * @param found what was written
   * @param known the names that exist
   * @return the nearest by edit distance, if it is near enough to be meant
   */
  public static Optional<String> nearest(String found, Collection<String> known) {
    int limit = found.length() <= 4 ? 1 : Math.max(2, found.length() / 3);
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

  /**
   * Words the suggestion as the end of a message that does not list what exists.
   *
   * @param found what was written
   * @param known the names that exist
   * @return {@code ; did you mean "x"?}, or nothing where no name is near
   */
  public static String didYouMean(String found, Collection<String> known) {
    return nearest(found, known).map(name -> "; did you mean \"" + name + "\"?").orElse("");
  }

  // The letters inserted, left out, replaced, or swapped with their neighbour.
  private static int distance(String from, String to) {
    String a = from.toLowerCase(Locale.ROOT);
    String b = to.toLowerCase(Locale.ROOT);
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
