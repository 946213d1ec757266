package org.reprise.engine.inspect;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImagePreparation.Fit;
import org.reprise.api.data.ImagePreparation.Interpolation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.engine.image.ImagePreparer;
import org.reprise.engine.image.RgbImage;
import org.reprise.engine.store.SampleReader;

/** A picture of a data set: the first images of each class, a row for each, under its name. */
public final class ContactSheet {
  private static final int TILE = 96;
  private static final int GAP = 4;
  private static final int TEXT = 18;
  private static final int COLUMNS = 8;
  private static final int ROWS = 40;

  private ContactSheet() {}

  /**
   * Draws the sheet.
   *
   * @param dataset borrowed; read from the start until each of the classes shown has its images
   * @param split which part
   * @param file a PNG to write
   * @return how many classes are shown, at most 40
   * @throws IOException if a sample cannot be read or the file not be written
   */
  public static int write(Dataset dataset, Split split, Path file) throws IOException {
    int classes = Math.min(ROWS, dataset.labels().size());
    Map<Integer, List<RgbImage>> rows = new TreeMap<>();
    for (int i = 0, wanted = classes * COLUMNS; i < dataset.size(split) && wanted > 0; i++) {
      EncodedSample sample = dataset.read(split, i);
      if (SampleReader.label(dataset, sample) >= classes) {
        continue;
      }
      List<RgbImage> row = rows.computeIfAbsent(sample.label(), label -> new ArrayList<>());
      if (row.size() < COLUMNS) {
        row.add(SampleReader.image(sample, image -> ImagePreparer.prepare(image, tile())));
        wanted--;
      }
    }
    BufferedImage sheet =
        new BufferedImage(
            GAP + COLUMNS * (TILE + GAP),
            GAP + Math.max(1, rows.size()) * (TEXT + TILE + GAP),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    int y = GAP;
    for (Map.Entry<Integer, List<RgbImage>> row : rows.entrySet()) {
      drawText(graphics, row.getKey() + "  " + dataset.labels().get(row.getKey()), y);
      for (int column = 0; column < row.getValue().size(); column++) {
        draw(sheet, row.getValue().get(column), GAP + column * (TILE + GAP), y + TEXT);
      }
      y += TEXT + TILE + GAP;
    }
    graphics.dispose();
    // given a file, ImageIO prints a stack trace where it cannot be opened
    try (OutputStream out = Files.newOutputStream(file)) {
      if (!ImageIO.write(sheet, "png", out)) {
        throw new IOException(file + ": this Java writes no PNG");
      }
    }
    return classes;
  }

  private static ImagePreparation tile() {
    return new ImagePreparation(
        ImageSize.square(TILE), Fit.SHORT_SIDE_CENTER_CROP, Interpolation.BILINEAR);
  }

  // a Java without fonts throws errors of several kinds; the pictures are worth having without text
  private static void drawText(Graphics2D graphics, String text, int y) {
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.BLACK);
      graphics.drawString(text, GAP, y + TEXT - 5);
    } catch (RuntimeException | LinkageError | InternalError e) {
      graphics.setColor(Color.GRAY);
      graphics.fillRect(GAP, y + TEXT / 2, TILE, 1);
    }
  }

  private static void draw(BufferedImage sheet, RgbImage image, int left, int top) {
    byte[] rgb = image.rgb();
    for (int y = 0; y < TILE; y++) {
      for (int x = 0; x < TILE; x++) {
        int at = 3 * (y * TILE + x);
        int color = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
        sheet.setRGB(left + x, top + y, color);
      }
    }
  }
}
