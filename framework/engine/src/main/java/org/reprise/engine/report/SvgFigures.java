package org.reprise.engine.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Curves and heat maps of a run as SVG, drawn here, for where there is no browser. */
final class SvgFigures {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int LEFT = 62;
  private static final int BOTTOM = 46;
  private static final int TOP = 34;
  private static final int RIGHT = 16;
  private static final List<String> COLOURS = List.of("#1a5dbd", "#b4540a", "#5f6873");
  private static final int NAMES = 60; // of rows or columns that can be read

  private final StringBuilder svg = new StringBuilder();

  private SvgFigures() {}

  /** Returns the figures of a run, by name. */
  static Map<String, String> of(ObjectNode run) {
    Map<String, String> figures = new LinkedHashMap<>();
    JsonNode epochs = run.path("epochs");
    if (!epochs.isEmpty()) {
      figures.put(
          "accuracy",
          curves(
              epochs,
              "accuracy",
              new Curve("test", epoch -> number(epoch, "test_accuracy")),
              new Curve("validation", epoch -> number(epoch, "validation_accuracy")),
              new Curve("training", epoch -> number(epoch, "train_accuracy"))));
      figures.put(
          "loss",
          curves(
              epochs,
              "cross entropy",
              new Curve("test", epoch -> number(epoch, "test_loss")),
              new Curve("validation", epoch -> number(epoch, "validation_loss")),
              new Curve("training", epoch -> number(epoch, "train_loss"))));
    }
    if (epochs.path(0).has("mapping")) {
      figures.put(
          "entropy",
          curves(
              epochs,
              "entropy of the mapping, bits",
              new Curve("mean", epoch -> number(epoch.path("mapping"), "entropy"))));
    }
    if (run.has("mapping")) {
      figures.put("matrix", matrix(run));
    }
    if (run.has("test")) {
      figures.put("confusion", confusion(run));
    }
    return figures;
  }

  private static double number(JsonNode node, String key) {
    return node.path(key).asDouble(Double.NaN);
  }

  private record Curve(String name, ToDoubleFunction<JsonNode> value) {}

  private static String curves(JsonNode epochs, String title, Curve... curves) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Curve curve : curves) {
      for (JsonNode epoch : epochs) {
        double value = curve.value().applyAsDouble(epoch);
        if (Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    SvgFigures figure = new SvgFigures();
    figure.open(WIDTH, HEIGHT, title);
    if (low <= high) {
      double step = step(high - low > 0 ? (high - low) / 4 : Math.max(Math.abs(high), 1e-3) / 4);
      figure.draw(
          epochs,
          title,
          Math.floor(low / step) * step,
          Math.ceil(high / step) * step,
          step,
          curves);
    }
    return figure.close();
  }

  /** Rounds up to 1, 2 or 5 times a power of ten. */
  private static double step(double wanted) {
    double power = Math.pow(10, Math.floor(Math.log10(wanted)));
    double share = wanted / power;
    return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
  }

  private void draw(
      JsonNode epochs, String title, double low, double top, double step, Curve... curves) {
    double high = top > low ? top : low + step;
    int first = epochs.path(0).path("epoch").asInt();
    int last = epochs.path(epochs.size() - 1).path("epoch").asInt();
    for (double tick = low; tick <= high + step / 2; tick += step) {
      double y = y(tick, low, high);
      line(LEFT, y, WIDTH - RIGHT, y, "#dfe2e6");
      text(
          LEFT - 8,
          y + 4,
          "end",
          String.format(Locale.ROOT, "%.4g", tick)
              .replaceAll("(\\.\\d*?)0+$", "$1")
              .replaceAll("\\.$", ""));
    }
    int each = Math.max(1, (int) step(Math.max(1, last - first) / 8.0));
    for (int epoch = first; epoch <= last; epoch += each) {
      text(x(epoch, first, last), HEIGHT - BOTTOM + 18, "middle", Integer.toString(epoch));
    }
    text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", "epoch");
    text(LEFT, 16, "start", title);
    double legend = WIDTH - RIGHT;
    for (int i = curves.length - 1; i >= 0; i--) {
      List<double[]> points = new ArrayList<>();
      for (JsonNode epoch : epochs) {
        double value = curves[i].value().applyAsDouble(epoch);
        if (Double.isFinite(value)) {
          points.add(
              new double[] {x(epoch.path("epoch").asInt(), first, last), y(value, low, high)});
        }
      }
      if (!points.isEmpty()) {
        curve(points, COLOURS.get(i));
        legend -= 7.2 * curves[i].name().length() + 34;
        line(legend, 12, legend + 16, 12, COLOURS.get(i));
        text(legend + 21, 16, "start", curves[i].name());
      }
    }
  }

  private static double x(int epoch, int first, int last) {
    double share = last > first ? (double) (epoch - first) / (last - first) : 0.5;
    return LEFT + 10 + share * (WIDTH - LEFT - RIGHT - 20);
  }

  private static double y(double value, double low, double high) {
    return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP);
  }

  private void curve(List<double[]> points, String colour) {
    svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"").append(colour);
    svg.append("\" points=\"");
    points.forEach(p -> svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", p[0], p[1])));
    svg.append("\"/>\n");
    if (points.size() <= 40) {
      for (double[] p : points) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
                p[0],
                p[1],
                colour));
      }
    }
  }

  private static String matrix(ObjectNode run) {
    JsonNode mapping = run.path("mapping");
    Map<Integer, Integer> columns = places(mapping.path("source_order"));
    Map<Integer, Integer> rows = places(mapping.path("target_order"));
    List<double[]> cells = new ArrayList<>();
    int target = 0;
    for (JsonNode column : mapping.path("targets")) {
      for (JsonNode cell : column.path("cells")) {
        cells.add(
            new double[] {
              rows.get(target), columns.get(cell.path(0).asInt()), cell.path(1).asDouble()
            });
      }
      target++;
    }
    List<String> names = new ArrayList<>();
    mapping.path("target_order").forEach(t -> names.add(label(run, t.asInt())));
    List<String> sources = new ArrayList<>();
    mapping
        .path("source_order")
        .forEach(s -> sources.add(mapping.path("names").path(s.asText()).asText()));
    double top =
        cells.stream()
            .mapToDouble(c -> Math.abs(c[2]))
            .sorted()
            .skip(cells.size() * 98L / 100)
            .findFirst()
            .orElse(1);
    return heat("mapping matrix: target labels by source labels", names, sources, cells, top);
  }

  private static String label(ObjectNode run, int target) {
    return run.path("target_labels").path(target).asText();
  }

  private static Map<Integer, Integer> places(JsonNode order) {
    Map<Integer, Integer> places = new LinkedHashMap<>();
    order.forEach(id -> places.put(id.asInt(), places.size()));
    return places;
  }

  private static String confusion(ObjectNode run) {
    List<String> names = new ArrayList<>();
    run.path("target_labels").forEach(label -> names.add(label.asText()));
    double[] samples = new double[names.size()];
    JsonNode confusion = run.path("test").path("confusion");
    confusion.forEach(cell -> samples[cell.path(0).asInt()] += cell.path(2).asDouble());
    List<double[]> cells = new ArrayList<>();
    confusion.forEach(
        cell -> {
          int truth = cell.path(0).asInt();
          cells.add(
              new double[] {truth, cell.path(1).asInt(), cell.path(2).asDouble() / samples[truth]});
        });
    return heat("share of the truth (row) predicted as (column)", names, names, cells, 1);
  }

  private static String heat(
      String title, List<String> rows, List<String> columns, List<double[]> cells, double top) {
    boolean rowNames = rows.size() <= NAMES;
    boolean columnNames = columns.size() <= NAMES;
    int left = rowNames ? 130 : 16;
    int below = columnNames ? 130 : 20;
    double wide = Math.max(1.2, Math.min(24, 900.0 / columns.size()));
    double high = Math.max(1.2, Math.min(24, 700.0 / rows.size()));
    SvgFigures figure = new SvgFigures();
    int bottom = (int) (TOP + high * rows.size());
    figure.open((int) (left + wide * columns.size()) + RIGHT, bottom + below, title);
    figure.text(left, 18, "start", title + ", up to " + String.format(Locale.ROOT, "%.3g", top));
    for (double[] cell : cells) {
      figure.svg.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"/>\n",
              left + wide * cell[1],
              TOP + high * cell[0],
              wide,
              high,
              colour(cell[2] / top)));
    }
    for (int row = 0; rowNames && row < rows.size(); row++) {
      figure.text(left - 6, TOP + high * (row + .5) + 4, "end", shortened(rows.get(row)));
    }
    for (int column = 0; columnNames && column < columns.size(); column++) {
      double x = left + wide * (column + .5) + 4;
      figure.svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"end\" transform=\"rotate(-60 %.1f"
                  + " %d)\">%s</text>\n",
              x,
              bottom + 12,
              x,
              bottom + 12,
              Page.escape(shortened(columns.get(column)))));
    }
    return figure.close();
  }

  private static String shortened(String name) {
    return name.length() > 20 ? name.substring(0, 19) + "…" : name;
  }

  /** Of shares from -1 to 1: orange below 0, from pale to dark blue above. */
  private static String colour(double share) {
    int[][] stops =
        share < 0
            ? new int[][] {{237, 242, 250}, {226, 160, 96}, {180, 84, 10}}
            : new int[][] {{237, 242, 250}, {75, 139, 224}, {10, 35, 82}};
    double at = 2 * Math.min(1, Math.abs(share));
    int from = at >= 1 ? 1 : 0;
    StringBuilder hex = new StringBuilder("#");
    for (int i = 0; i < 3; i++) {
      double mixed = stops[from][i] + (at - from) * (stops[from + 1][i] - stops[from][i]);
      hex.append(String.format(Locale.ROOT, "%02x", Math.round(mixed)));
    }
    return hex.toString();
  }

  private void open(int width, int height, String title) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\" font-family=\"Helvetica, Arial, sans-serif\""
                + " font-size=\"12\" fill=\"#1b1e22\">\n"
                + "<title>%s</title>\n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
            width,
            height,
            width,
            height,
            Page.escape(title)));
  }

  private void line(double x1, double y1, double x2, double y2, String colour) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
                + " stroke-width=\"%s\"/>\n",
            x1,
            y1,
            x2,
            y2,
            colour,
            colour.equals("#dfe2e6") ? "1" : "2"));
  }

  private void text(double x, double y, String anchor, String words) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
            x,
            y,
            anchor,
            Page.escape(words)));
  }

  private String close() {
    return svg.append("</svg>\n").toString();
  }
}
