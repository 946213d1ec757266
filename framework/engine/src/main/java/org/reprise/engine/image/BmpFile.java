package org.reprise.engine.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What ImageIO's reader of BMP files does not look at. */
final class BmpFile {
  private static final int LEAST = 54; // bytes before the colours

  private BmpFile() {}

  /**
   * Checks a file.
   *
   * @param bytes of a BMP file; not modified
   * @throws IOException if another file lies within, of a size that its header does not say, or if
   *     its runs of pixels end before the last one: as for PIL
   */
  static void check(byte[] bytes) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < LEAST || file.getInt(14) < 40) {
      return; // an older header, without compression
    }
    int compression = file.getInt(30);
    if (compression == 4 || compression == 5) {
      throw new IOException("a BMP file that holds a JPEG or PNG file is not supported");
    }
    if (compression == 1 || compression == 2) {
      requirePixels(file, compression == 2);
    }
  }

  private static void requirePixels(ByteBuffer file, boolean halves) throws IOException {
    long width = file.getInt(18);
    long height = Math.abs((long) file.getInt(22));
    long x = 0;
    long y = 0;
    for (int at = Math.max(0, file.getInt(10));
        at + 1 < file.limit() && !isDone(x, y, width, height);
        at += 2) {
      int run = file.get(at) & 0xff;
      int what = file.get(at + 1) & 0xff;
      if (run > 0) {
        x += run;
      } else if (what == 0) {
        x = 0;
        y++;
      } else if (what == 1) {
        break;
      } else if (what == 2 && at + 3 < file.limit()) {
        x += file.get(at + 2) & 0xff;
        y += file.get(at + 3) & 0xff;
        at += 2;
      } else {
        x += what;
        at += ((halves ? (what + 1) / 2 : what) + 1) / 2 * 2; // they end at an even byte
      }
    }
    if (!isDone(x, y, width, height)) {
      throw new IOException(
          "its runs end in row " + y + " of " + height + ", after " + x + " pixels");
    }
  }

  private static boolean isDone(long x, long y, long width, long height) {
    return y >= height || (y == height - 1 && x >= width);
  }
}
