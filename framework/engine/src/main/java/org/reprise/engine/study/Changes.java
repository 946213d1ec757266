package org.reprise.engine.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.reprise.engine.identity.RunSpec;

/** Words what a run differs in from what it was when it began. */
final class Changes {
  private Changes() {}

  /**
   * Compares a run with its beginning.
   *
   * @param began as recorded
   * @param now as it is opened again; parts that are not loaded are not compared
   * @param parts of the identity that count, e.g. {@code inputs}; empty for all
   * @return a clause for each key that differs, with both values
   */
  static List<String> since(Provenance began, RunIdentity now, List<String> parts) {
    List<String> changes = new ArrayList<>();
    for (RunSpec.Difference difference : began.spec().differences(now.spec())) {
      String part = difference.key().split("\\.")[0];
      boolean loaded = parts.isEmpty() || !difference.now().equals("nothing");
      if (loaded && (parts.isEmpty() || parts.contains(part))) {
        changes.addAll(words(part, difference, began, now));
      }
    }
    return changes;
  }

  private static List<String> words(
      String part, RunSpec.Difference difference, Provenance began, RunIdentity now) {
    String name =
        difference.key().substring(Math.min(difference.key().length(), part.length() + 1));
    return switch (part) {
      case "inputs" -> inputs(name, began.inputs(name), now.inputs().getOrDefault(name, Map.of()));
      case "samples" -> List.of(changed("dataset: " + name, difference.before(), difference.now()));
      case "plugins" -> List.of(changed("plugin " + name, difference.before(), difference.now()));
      default -> List.of(difference.toString());
    };
  }

  private static String changed(String what, String before, String now) {
    return String.format(
        "%s has changed since the run began: its SHA-256 is %.12s, not %.12s", what, now, before);
  }

  // in the order they were declared: a file that moved is still the same one
  private static List<String> inputs(
      String block, Map<Path, String> before, Map<Path, String> now) {
    List<Map.Entry<Path, String>> old = List.copyOf(before.entrySet());
    List<Map.Entry<Path, String>> found = List.copyOf(now.entrySet());
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < Math.max(old.size(), found.size()); i++) {
      if (i >= found.size()) {
        changes.add(block + ": " + old.get(i).getKey() + " is not used any more");
      } else if (i >= old.size()) {
        changes.add(block + ": " + found.get(i).getKey() + " was not used when the run began");
      } else if (!old.get(i).getValue().equals(found.get(i).getValue())) {
        changes.add(
            changed(
                block + ": " + found.get(i).getKey(),
                old.get(i).getValue(),
                found.get(i).getValue()));
      }
    }
    return changes;
  }
}
