package org.reprise.engine.data;

import java.awt.image.Raster;

/**
 * What the JPEG reader of Java does not do: the colours of files with one and with four channels,
 * from their samples, as libjpeg and PIL convert them.
 */
final class JpegColors {
  private JpegColors() {}

  /**
   * What the file's segments say.
   *
   * @param channels of the frame; 0 if there is no frame header
   * @param ycck whether four channels are luma, chroma and black (Adobe's transform 2)
   */
  record Header(int channels, boolean ycck) {}

  /** Reads segments up to the frame header. */
  static Header header(byte[] file) {
    boolean ycck = false;
    for (int at = 2; at + 9 < file.length; ) {
      if ((file[at] & 0xff) != 0xff) {
        return new Header(0, ycck);
      }
      int marker = file[at + 1] & 0xff;
      if (marker == 0xff) {
        at++;
        continue;
      }
      boolean frame =
          marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
      if (frame) {
        return new Header(file[at + 9] & 0xff, ycck);
      }
      if (marker == 0xda || marker == 0xd9) {
        return new Header(0, ycck);
      }
      int length = (file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff);
      if (marker == 0xee && length >= 14 && at + 15 < file.length && file[at + 4] == 'A') {
        ycck = file[at + 15] == 2;
      }
      at += 2 + Math.max(2, length);
    }
    return new Header(0, ycck);
  }

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
