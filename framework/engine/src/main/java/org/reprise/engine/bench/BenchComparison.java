package org.reprise.engine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.JsonFiles;

/** Two reports of one bench, an older one and this one, figure by figure. */
public final class BenchComparison {
  /** Differences below this share are not called one: two runs of a bench differ as much. */
  private static final double NOISE = 0.1;

  private final Path file;
  private final JsonNode old;

  private BenchComparison(Path file, JsonNode old) {
    this.file = file;
    this.old = old;
  }

  /**
   * Reads an older report.
   *
   * @param file as written with {@code --json}
   * @param bench of which one it is to be
   * @throws InvalidInputException if it is none
   */
  public static BenchComparison with(Path file, String bench) {
    JsonNode root;
    try {
      root = JsonFiles.read(file);
    } catch (IOException e) {
      throw new InvalidInputException("--compare " + file + ": cannot be read: " + e.getMessage());
    }
    String found = root.path("bench").asText("");
    if (!found.equals(bench) || !root.path("measured").isArray()) {
      throw new InvalidInputException(
          "--compare "
              + file
              + ": not a report of bench "
              + bench
              + (found.isEmpty() ? "" : ", but of bench " + found));
    }
    return new BenchComparison(file, root);
  }

  /**
   * Compares.
   *
   * @param table what was measured now
   * @param machine where
   * @return lines to show
   */
  public List<String> lines(BenchTable table, Machine machine) {
    List<String> lines = new ArrayList<>();
    lines.add("compared with " + file + ", of " + old.path("time").asText("an unknown time"));
    JsonNode then = old.path("machine");
    differs(lines, "processor", then.path("processor").asText(), machine.processor());
    differs(lines, "device", then.path("device").asText(), machine.device());
    differs(lines, "libtorch", then.path("libtorch").asText(), machine.libtorch());
    int matched = 0;
    for (BenchTable.Row row : table.rows()) {
      for (JsonNode before : old.path("measured")) {
        if (before.path("what").asText().equals(row.what())) {
          matched++;
          row.figures().forEach((name, now) -> compare(lines, row.what(), name, now, before));
        }
      }
    }
    if (matched == 0) {
      lines.add("  nothing was measured in both");
    }
    return lines;
  }

  private static void differs(List<String> lines, String what, String then, String now) {
    if (!then.equals(now)) {
      lines.add("  another " + what + ": " + then + " then, " + now + " now");
    }
  }

  private static void compare(
      List<String> lines, String what, String name, BenchTable.Figure now, JsonNode before) {
    double then = before.path("figures").path(name).asDouble(Double.NaN);
    if (!(then > 0) || !(now.value() > 0)) {
      return; // nothing, or not measured
    }
    double ratio = now.value() / then;
    double gain = now.better() == BenchTable.Better.MORE ? ratio : 1 / ratio;
    lines.add(
        String.format(
            Locale.ROOT,
            "  %s, %s: %.4g -> %.4g (x%.2f%s)",
            what,
            name,
            then,
            now.value(),
            ratio,
            gain > 1 + NOISE ? ", better" : gain < 1 / (1 + NOISE) ? ", WORSE" : ""));
  }

  /** Returns a table's rows as they stand in a report. */
  public static List<Map<String, Object>> measured(BenchTable table) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (BenchTable.Row row : table.rows()) {
      Map<String, Double> figures = new java.util.LinkedHashMap<>();
      row.figures()
          .forEach(
              (name, figure) -> {
                if (Double.isFinite(figure.value())) {
                  figures.put(name, figure.value());
                }
              });
      rows.add(Map.of("what", row.what(), "figures", figures));
    }
    return rows;
  }
}
