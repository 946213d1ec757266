package org.reprise.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.reprise.budget.Shown;
import org.reprise.pickle.Opaque;

/**
 * A state dict beside what an architecture wants.
 *
 * @param matching names that both have, of equal shape, in the architecture's order
 * @param missing what the file lacks: name and shape wanted
 * @param unexpected what the architecture has no place for: name and shape found
 * @param misshaped what both have, of different shapes: name, shape wanted, shape found
 */
public record WeightMatch(
    List<String> matching, List<String> missing, List<String> unexpected, List<String> misshaped) {

  /** Copies the lists. */
  public WeightMatch {
    matching = List.copyOf(matching);
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    misshaped = List.copyOf(misshaped);
  }

  /**
   * Compares names and shapes.
   *
   * @param found the file's tensors
   * @param wanted the architecture's shapes by name
   * @return what agrees and what does not
   */
  public static WeightMatch of(StateDict found, Map<String, long[]> wanted) {
    Map<String, long[]> shapes = new java.util.HashMap<>();
    for (TensorInfo info : found.infos()) {
      shapes.put(info.name(), info.shape().stream().mapToLong(Long::longValue).toArray());
    }
    List<String> matching = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> misshaped = new ArrayList<>();
    wanted.forEach(
        (name, shape) -> {
          long[] there = shapes.get(name);
          if (there == null) {
            missing.add(name + " " + Arrays.toString(shape) + instead(found, name));
          } else if (Arrays.equals(there, shape)) {
            matching.add(name);
          } else {
            misshaped.add(
                name + " wanted " + Arrays.toString(shape) + ", found " + Arrays.toString(there));
          }
        });
    List<String> unexpected = new ArrayList<>();
    for (String name : found.names()) {
      if (!wanted.containsKey(name)) {
        unexpected.add(Shown.of(name) + " " + Arrays.toString(shapes.get(name)));
      }
    }
    if (found.names().isEmpty()) { // perhaps somebody saved the network itself
      found
          .values()
          .forEach(
              (name, value) -> {
                if (value instanceof Opaque opaque) {
                  unexpected.add(Shown.of(name) + ": an object of " + Shown.of(opaque.name()));
                }
              });
    }
    return new WeightMatch(matching, missing, unexpected, misshaped);
  }

  private static String instead(StateDict found, String name) {
    return found.values().get(name) instanceof Opaque opaque
        ? " (there is an object of " + Shown.of(opaque.name()) + ")"
        : "";
  }

  /**
   * Tells whether the file is exactly what is wanted.
   *
   * @return true if nothing is missing, unexpected or mis-shaped
   */
  public boolean isExact() {
    return missing.isEmpty() && unexpected.isEmpty() && misshaped.isEmpty();
  }

  /**
   * Insists on an exact match.
   *
   * @param file what the message calls the file
   * @param architecture what it calls the architecture
   * @throws WeightsException with {@link #table()} if anything differs
   */
  public void requireExact(String file, String architecture) throws WeightsException {
    if (!isExact()) {
      throw new WeightsException(
          String.format(
              Locale.ROOT,
              "%s does not fit %s: %d tensors fit, %d are missing, %d unexpected, %d mis-shaped"
                  + " (strict: false leaves the"
                  + " unexpected, nothing else)%s%n%s",
              file,
              architecture,
              matching.size(),
              missing.size(),
              unexpected.size(),
              misshaped.size(),
              prefix()
                  .map(
                      prefix ->
                          "; the file has all that is missing behind \""
                              + prefix
                              + "\": save it again without that prefix")
                  .orElse(""),
              table()));
    }
  }

  /** Finds a prefix behind which the unexpected names are all those that are missing. */
  private Optional<String> prefix() {
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    Set<String> there = new HashSet<>(unexpected);
    String first = missing.get(0);
    return unexpected.stream()
        .filter(name -> name.endsWith("." + first))
        .map(name -> name.substring(0, name.length() - first.length()))
        .filter(prefix -> missing.stream().allMatch(name -> there.contains(prefix + name)))
        .findFirst();
  }

  /**
   * Says in a line what {@code strict: false} left.
   *
   * @param file what the line calls the file
   * @param unexpected names, with shapes, of tensors that nobody has a place for; not empty
   * @return the line, with some dozens of names at most
   */
  public static String left(String file, List<String> unexpected) {
    int shown = 20;
    return String.format(
        Locale.ROOT,
        "%s: %d unexpected tensors left (strict: false), none missing or mis-shaped: %s%s",
        file,
        unexpected.size(),
        String.join(", ", unexpected.stream().sorted().limit(shown).toList()),
        unexpected.size() > shown ? " " + more(unexpected.size() - shown) : "");
  }

  /**
   * Shows what differs: missing and unexpected names side by side, as a renamed tensor is in both,
   * then the shapes that differ.
   *
   * @return a table of at most some dozens of lines; empty if nothing differs
   */
  public String table() {
    int shown = 20;
    List<String> left = new ArrayList<>(new TreeSet<>(missing));
    List<String> right = new ArrayList<>(new TreeSet<>(unexpected));
    StringBuilder text = new StringBuilder();
    if (!left.isEmpty() || !right.isEmpty()) {
      int width = Math.max(7, left.stream().limit(shown).mapToInt(String::length).max().orElse(0));
      line(text, width, "missing", "unexpected");
      for (int i = 0; i < Math.min(shown, Math.max(left.size(), right.size())); i++) {
        line(text, width, at(left, i), at(right, i));
      }
      if (Math.max(left.size(), right.size()) > shown) {
        line(text, width, more(left.size() - shown), more(right.size() - shown));
      }
    }
    if (!misshaped.isEmpty()) {
      text.append("  mis-shaped\n");
      misshaped.stream().limit(shown).forEach(row -> text.append("  ").append(row).append('\n'));
      text.append(misshaped.size() > shown ? "  " + more(misshaped.size() - shown) + "\n" : "");
    }
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, int width, String left, String right) {
    String padded = left + " ".repeat(Math.max(0, width - left.length()));
    text.append(("  " + padded + "  " + right).stripTrailing()).append('\n');
  }

  private static String at(List<String> rows, int index) {
    return index < rows.size() ? rows.get(index) : "";
  }

  private static String more(int count) {
    return count > 0 ? "... and " + count + " more" : "";
  }
}
