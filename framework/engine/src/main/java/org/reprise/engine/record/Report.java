package org.reprise.engine.record;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.reprise.api.run.RunSummary;

/**
 * The page a run leaves behind: its figures, its curves, its experiment. One file without scripts;
 * works offline.
 */
public final class Report {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 240;
  private static final int MARGIN = 44;

  private Report() {}

  /**
   * Writes the page.
   *
   * @param title name of experiment and mapper
   * @param summary the run in a line
   * @param epochs all of them
   * @param yaml the resolved experiment
   */
  public static String html(
      String title, RunSummary summary, List<EpochRecord> epochs, String yaml) {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(escape(title))
        .append("</title>\n<style>")
        .append(
            "body{font:15px/1.5 system-ui,sans-serif;max-width:720px;margin:2rem auto;padding:0 1rem;color:#222}")
        .append("table{border-collapse:collapse}td,th{padding:.2rem .9rem .2rem 0;text-align:left}")
        .append("td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}")
        .append("pre{background:#f5f5f3;padding:1rem;overflow:auto}svg{width:100%;height:auto}")
        .append("svg text{font:11px system-ui,sans-serif;fill:#666}</style></head>\n<body><h1>")
        .append(escape(title))
        .append("</h1>\n<table>");
    row(page, "Test accuracy, last epoch", percent(summary.lastTestAccuracy()));
    row(
        page,
        selected(summary),
        percent(summary.selectedTestAccuracy().orElse(Double.NaN))
            + " (epoch "
            + summary.selectedEpoch()
            + ")");
    row(page, "Epochs", Integer.toString(summary.epochs()));
    row(
        page,
        "Seconds per epoch (median)",
        summary.secondsPerEpoch().isEmpty()
            ? "not recorded"
            : String.format(Locale.ROOT, "%.2f", summary.secondsPerEpoch().getAsDouble()));
    summary
        .peakMemoryBytes()
        .ifPresent(
            bytes ->
                row(
                    page,
                    "Peak memory of the process",
                    String.format(Locale.ROOT, "%.2f GB", bytes / 1e9)));
    page.append("</table>\n");
    if (summary.epochs() > 0) {
      curves(page, epochs);
    }
    page.append("<h2>Experiment</h2>\n<pre>")
        .append(escape(yaml))
        .append("</pre>\n</body></html>\n");
    return page.toString();
  }

  private static void curves(StringBuilder page, List<EpochRecord> epochs) {
    page.append("<h2>Accuracy</h2>\n");
    page.append(
        chart(
            epochs,
            1,
            List.of(
                new Curve("training", "#b4b4ae", EpochRecord::trainAccuracy),
                new Curve("validation", "#c77d0a", EpochRecord::validationAccuracy),
                new Curve("test", "#1f6feb", EpochRecord::testAccuracy))));
    page.append("<h2>Training loss</h2>\n");
    double top =
        epochs.stream().flatMapToDouble(epoch -> epoch.trainLoss().stream()).max().orElse(1);
    page.append(
        chart(epochs, top, List.of(new Curve("cross entropy", "#8250df", EpochRecord::trainLoss))));
  }

  /** Says how the selected epoch was chosen; choosing on test data is said aloud. */
  static String selected(RunSummary summary) {
    return switch (summary.selection()) {
      case "validation" -> "Test accuracy, selected epoch (best on validation)";
      case "test" -> "Best test accuracy (chosen on the test set)";
      default -> "Test accuracy, selected epoch (the last)";
    };
  }

  private record Curve(String name, String colour, Function<EpochRecord, OptionalDouble> value) {}

  private static String chart(List<EpochRecord> epochs, double top, List<Curve> curves) {
    StringBuilder svg =
        new StringBuilder(
            String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, HEIGHT));
    int last = Math.max(2, epochs.get(epochs.size() - 1).epoch());
    for (int i = 0; i <= 4; i++) {
      double y = y(top * i / 4, top);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e5e5e0\"/><text x=\"4\" y=\"%.1f\">%.2f</text>",
              MARGIN,
              WIDTH - MARGIN,
              y,
              y,
              y + 4,
              top * i / 4));
    }
    int legend = MARGIN;
    for (Curve curve : curves) {
      StringBuilder points = new StringBuilder();
      for (EpochRecord epoch : epochs) {
        OptionalDouble value = curve.value().apply(epoch);
        if (value.isPresent()) {
          double x = MARGIN + (WIDTH - 2.0 * MARGIN) * (epoch.epoch() - 1) / (last - 1);
          points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(value.getAsDouble(), top)));
        }
      }
      if (points.length() > 0) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/><text x=\"%d\" y=\"14\" style=\"fill:%s\">%s</text>",
                curve.colour(),
                points,
                legend,
                curve.colour(),
                curve.name()));
        legend += 90;
      }
    }
    return svg.append(
            String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\">epoch 1 to %d</text></svg>\n",
                MARGIN,
                HEIGHT - 6,
                last))
        .toString();
  }

  private static double y(double value, double top) {
    double share = top > 0 ? Math.min(1, Math.max(0, value / top)) : 0;
    return HEIGHT - 24 - (HEIGHT - 48) * share;
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("<tr><td>")
        .append(escape(name))
        .append("</td><td class=\"n\">")
        .append(escape(value))
        .append("</td></tr>\n");
  }

  private static String percent(double share) {
    return Double.isNaN(share)
        ? "not evaluated"
        : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
