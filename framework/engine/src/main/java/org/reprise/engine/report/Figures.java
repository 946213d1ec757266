package org.reprise.engine.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reprise.engine.record.AtomicFiles;

/** The figures of a run as files, at the size of print. */
public final class Figures {
  /** What a browser draws, with width and height. */
  private static final Map<String, int[]> DRAWN = new LinkedHashMap<>();

  static {
    DRAWN.put("accuracy", new int[] {560, 360});
    DRAWN.put("loss", new int[] {560, 360});
    DRAWN.put("matrix", new int[] {1100, 640});
    DRAWN.put("entropy", new int[] {560, 360});
    DRAWN.put("moved", new int[] {560, 360});
    DRAWN.put("confusion", new int[] {760, 700});
    DRAWN.put("classes", new int[] {560, 420});
    DRAWN.put("calibration", new int[] {480, 460});
  }

  private Figures() {}

  /**
   * Draws a run's curves, mapping matrix and confusion matrix as SVG, and unpacks the pictures of
   * its prompt. Needs no browser.
   *
   * @param run of {@link Reports#data}, a run's
   * @param folder to write to; made where missing
   * @return the files
   * @throws IOException if one cannot be written
   */
  public static List<Path> svg(ObjectNode run, Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> figure : SvgFigures.of(run).entrySet()) {
      Path file = folder.resolve(figure.getKey() + ".svg");
      AtomicFiles.replace(file, figure.getValue());
      files.add(file);
    }
    files.addAll(pictures(run, folder));
    return files;
  }

  /**
   * Draws a run's charts as PNG by a headless browser, three pixels to each of the page's.
   *
   * @param run of {@link Reports#data}, a run's
   * @param folder to write to; made where missing
   * @return the files
   * @throws org.reprise.api.InvalidInputException if there is no browser
   * @throws IOException if it fails, or a file cannot be written
   */
  public static List<Path> png(ObjectNode run, Path folder) throws IOException {
    Chromium chromium = Chromium.find(System.getenv());
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    Path page = Files.createTempFile("reprise-report", ".html");
    try {
      Files.writeString(page, Reports.html(run), StandardCharsets.UTF_8);
      for (Map.Entry<String, int[]> figure : DRAWN.entrySet()) {
        if (isDrawn(run, figure.getKey())) {
          Path file = folder.resolve(figure.getKey() + ".png");
          int[] size = figure.getValue();
          chromium.draw(page, figure.getKey(), size[0], size[1], file);
          files.add(file);
        }
      }
    } finally {
      Files.deleteIfExists(page);
    }
    files.addAll(pictures(run, folder));
    return files;
  }

  private static boolean isDrawn(ObjectNode run, String figure) {
    return switch (figure) {
      case "matrix" -> run.at("/mapping/source_order/0").isNumber();
      case "entropy" -> run.at("/epochs/0").has("mapping");
      case "moved" -> run.at("/epochs/1").has("mapping");
      case "confusion", "classes", "calibration" -> run.has("test");
      default -> run.at("/epochs/0").isObject();
    };
  }

  private static List<Path> pictures(ObjectNode run, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    unpack(run.at("/pictures/prompt"), "file", "prompt", folder, files);
    unpack(run.at("/pictures/prompted"), "file", "prompted", folder, files);
    unpack(run.at("/pictures/prompted"), "image", "image", folder, files);
    return files;
  }

  private static void unpack(
      JsonNode pictures, String key, String name, Path folder, List<Path> files)
      throws IOException {
    int number = 0;
    for (JsonNode picture : pictures) {
      number++;
      String url = picture.path(key).asText();
      int comma = url.indexOf(',');
      if (comma > 0) {
        String end = url.startsWith("data:image/png") ? ".png" : ".jpg";
        Path file = folder.resolve(name + "-" + number + end);
        byte[] bytes = Base64.getDecoder().decode(url.substring(comma + 1));
        AtomicFiles.replace(file, temporary -> Files.write(temporary, bytes));
        files.add(file);
      }
    }
  }
}
