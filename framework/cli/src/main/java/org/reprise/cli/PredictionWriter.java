package org.reprise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.reprise.budget.Shown;
import org.reprise.engine.predict.ReprogrammedModel.Carrier;
import org.reprise.engine.predict.ReprogrammedModel.Prediction;
import org.reprise.engine.predict.ReprogrammedModel.Ranked;

/** Writes predictions one by one, in one of the formats. */
interface PredictionWriter {

  /** The formats. */
  enum Format {
    /** For people. */
    TEXT,
    /** A line for each image and label. */
    CSV,
    /** An array with an object for each image. */
    JSON
  }

  /** Writes what one image was predicted to be. */
  void write(Path image, Prediction prediction);

  /** Writes what stands behind the last one. */
  void end();

  /**
   * Begins to write.
   *
   * @param format how
   * @param out where to; not closed
   */
  static PredictionWriter of(Format format, PrintWriter out) {
    return switch (format) {
      case TEXT -> new Text(out);
      case CSV -> new Csv(out);
      case JSON -> new Json(out);
    };
  }

  /** For people. */
  final class Text implements PredictionWriter {
    private final PrintWriter out;
    private boolean hasCarriers;

    Text(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void write(Path image, Prediction prediction) {
      out.println(
          Shown.of(image.toString(), 1000)
              + ": "
              + prediction.labels().stream().map(Text::shown).collect(Collectors.joining(", ")));
      for (Carrier carrier : prediction.carriers()) {
        hasCarriers = true;
        out.printf(
            Locale.ROOT,
            "    %.4f x %.4f  %s%n",
            carrier.weight(),
            carrier.probability(),
            Shown.of(carrier.label()));
      }
    }

    private static String shown(Ranked ranked) {
      return String.format(Locale.ROOT, "%s %.3f", Shown.of(ranked.label()), ranked.probability());
    }

    @Override
    public void end() {
      out.println("image: labels with their probabilities, the likeliest first");
      if (hasCarriers) {
        out.println(
            "    weight in the mapping x probability  source labels that carried the likeliest");
      }
    }
  }

  /** A line for each image and label. */
  final class Csv implements PredictionWriter {
    private final PrintWriter out;

    Csv(PrintWriter out) {
      this.out = out;
      out.println("image,rank,label,probability");
    }

    @Override
    public void write(Path image, Prediction prediction) {
      int rank = 1;
      for (Ranked ranked : prediction.labels()) {
        out.printf(
            Locale.ROOT,
            "%s,%d,%s,%.6f%n",
            cell(image.toString()),
            rank++,
            cell(ranked.label()),
            ranked.probability());
      }
    }

    private static String cell(String text) {
      boolean isPlain = text.chars().noneMatch(c -> ",\"\r\n".indexOf(c) >= 0);
      return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void end() {
      // a table has no foot
    }
  }

  /** An array with an object for each image. */
  final class Json implements PredictionWriter {
    private final PrintWriter out;
    private String before = "[";

    Json(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void write(Path image, Prediction prediction) {
      List<String> labels =
          prediction.labels().stream()
              .map(
                  ranked ->
                      String.format(
                          Locale.ROOT,
                          "{\"label\": %s, \"probability\": %.6f}",
                          text(ranked.label()),
                          ranked.probability()))
              .toList();
      List<String> carriers =
          prediction.carriers().stream()
              .map(
                  carrier ->
                      String.format(
                          Locale.ROOT,
                          "{\"label\": %s, \"weight\": %.6f, \"probability\": %.6f}",
                          text(carrier.label()),
                          carrier.weight(),
                          carrier.probability()))
              .toList();
      out.printf(
          "%s%n{\"image\": %s, \"labels\": [%s], \"carriers\": [%s]}",
          before, text(image.toString()), String.join(", ", labels), String.join(", ", carriers));
      before = ",";
    }

    private static String text(String text) {
      StringBuilder quoted = new StringBuilder("\"");
      text.chars()
          .forEach(
              c -> {
                if (c == '"' || c == '\\') {
                  quoted.append('\\').append((char) c);
                } else if (c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0)) {
                  quoted.append(String.format("\\u%04x", c));
                } else {
                  quoted.append((char) c);
                }
              });
      return quoted.append('"').toString();
    }

    @Override
    public void end() {
      out.println(before.equals("[") ? "[]" : "\n]");
    }
  }
}
