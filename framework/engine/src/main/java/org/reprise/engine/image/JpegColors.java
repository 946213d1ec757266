package org.reprise.engine.image;

import java.awt.image.Raster;

/**
 * What the JPEG reader of Java does not do: the colours of files with one and with four channels,
 * from their samples, as libjpeg and PIL convert them.
 */
final class JpegColors {
  private JpegColors() {}

  /** Repeats grey samples three times. */
  static byte[] grey(Raster raster) {
    int[] samples = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (int[]) null);
    byte[] rgb = new byte[3 * samples.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) samples[i / 3];
    }
    return rgb;
  }

  /** Converts cyan, magenta, yellow, black, which Adobe's programs store inverted. */
  static byte[] fourChannels(Raster raster, boolean ycck) {
    int width = raster.getWidth();
    byte[] rgb = new byte[3 * width * raster.getHeight()];
    int[] row = new int[4 * width];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < 4 * width; x += 4) {
        if (ycck) {
          toCmy(row, x);
        }
        // PIL inverts first: its cyan is 255 - stored, and white minus its black is stored black
        int black = row[x + 3];
        for (int c = 0; c < 3; c++) {
          rgb[out++] = (byte) (black - scaled(255 - row[x + c], black));
        }
      }
    }
    return rgb;
  }

  // libjpeg's tables of 16 binary places
  private static void toCmy(int[] row, int x) {
    int luma = row[x];
    int blue = row[x + 1] - 128;
    int red = row[x + 2] - 128;
    int half = 1 << 15;
    row[x] = inverse(luma + ((91881 * red + half) >> 16));
    row[x + 1] = inverse(luma + ((-22554 * blue - 46802 * red + half) >> 16));
    row[x + 2] = inverse(luma + ((116130 * blue + half) >> 16));
  }

  private static int inverse(int value) {
    return 255 - Math.max(0, Math.min(255, value));
  }

  // a * b / 255, rounded
  private static int scaled(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }
}
