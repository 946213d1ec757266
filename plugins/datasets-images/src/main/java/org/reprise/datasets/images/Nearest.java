package org.reprise.datasets.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the name that a misspelt one may have meant. */
final class Nearest {
  private Nearest() {}

  /** Returns the candidate with the fewest edits, unless that is another word altogether. */
  static Optional<String> to(String wanted, Collection<String> candidates) {
    return candidates.stream()
        .filter(candidate -> distance(wanted, candidate) <= Math.max(1, wanted.length() / 3))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(wanted, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Returns {@code "; did you mean ...?"}, or nothing where no candidate is near. */
  static String hint(String wanted, Collection<String> candidates) {
    return to(wanted, candidates).map(near -> "; did you mean \"" + near + "\"?").orElse("");
  }

  /** Returns the names in a folder; none where it cannot be read. */
  static List<String> namesIn(Path folder) {
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /** Counts the letters inserted, left out, replaced, or swapped with their neighbour. */
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
