package org.reprise.engine.image;

import java.util.Arrays;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;
import org.reprise.api.data.ImageSize;

/** leptonica, which brings the libraries that PIL decodes JPEG and WebP with. Thread-safe. */
final class Leptonica {
  private static final boolean AVAILABLE = load();

  private Leptonica() {}

  private static boolean load() {
    try {
      leptonica.setMsgSeverity(leptonica.L_SEVERITY_NONE);
      return true;
    } catch (LinkageError | RuntimeException e) {
      return false;
    }
  }

  /** Returns whether its native library could be loaded. */
  static boolean isAvailable() {
    return AVAILABLE;
  }

  /**
   * Copies a decoded image.
   *
   * @param image of 8 bits a pixel (grey) or 32 (red, green, blue and what is dropped); borrowed
   */
  static RgbImage copy(PIX image) {
    int width = leptonica.pixGetWidth(image);
    int height = leptonica.pixGetHeight(image);
    boolean grey = leptonica.pixGetDepth(image) == Byte.SIZE;
    byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
    // rows of 32-bit words, the first byte highest
    int[] row = new int[leptonica.pixGetWpl(image)];
    IntPointer words = leptonica.pixGetData(image); // belongs to the image
    for (int y = 0; y < height; y++) {
      words.position((long) y * row.length).get(row);
      if (grey) {
        putGrey(row, rgb, 3 * width * y, width);
      } else {
        putColours(row, rgb, 3 * width * y);
      }
    }
    return new RgbImage(rgb, new ImageSize(height, width));
  }

  private static void putColours(int[] row, byte[] rgb, int start) {
    int out = start;
    for (int color : row) {
      rgb[out] = (byte) (color >> 24);
      rgb[out + 1] = (byte) (color >> 16);
      rgb[out + 2] = (byte) (color >> 8);
      out += 3;
    }
  }

  private static void putGrey(int[] row, byte[] rgb, int start, int width) {
    for (int x = 0; x < width; x++) {
      byte level = (byte) (row[x >> 2] >> (24 - 8 * (x & 3)));
      Arrays.fill(rgb, start + 3 * x, start + 3 * x + 3, level);
    }
  }
}
