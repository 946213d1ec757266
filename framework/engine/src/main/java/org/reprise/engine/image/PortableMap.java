package org.reprise.engine.image;

import java.io.IOException;
import org.reprise.api.data.ImageSize;

/** Reads binary PGM and PPM files (P5, P6) with up to 8 bits a channel, as PIL does. */
public final class PortableMap {
  private final byte[] file;
  private int at = 2;

  private PortableMap(byte[] file) {
    this.file = file;
  }

  public static boolean recognises(byte[] file) {
    return file.length > 2
        && file[0] == 'P'
        && (file[1] == '5' || file[1] == '6')
        && isSpace(file[2]);
  }

  /** Returns the size that the header claims, not checked. */
  static int[] size(byte[] file) throws IOException {
    PortableMap reader = new PortableMap(file);
    int width = reader.number();
    return new int[] {reader.number(), width};
  }

  static RgbImage read(byte[] file) throws IOException {
    PortableMap reader = new PortableMap(file);
    int channels = file[1] == '5' ? 1 : 3;
    int width = reader.number();
    int height = reader.number();
    int maximum = reader.number();
    if (maximum < 1 || maximum > 255) {
      throw new IOException("levels up to " + maximum + " are not supported, expected 1 to 255");
    }
    int start = reader.at + 1;
    long bytes = (long) width * height * channels;
    if (file.length - start < bytes) {
      throw new IOException(
          "the pixels take "
              + bytes
              + " bytes, "
              + Math.max(0, file.length - start)
              + " are there");
    }
    byte[] levels = new byte[256];
    for (int level = 0; level < 256; level++) {
      levels[level] = (byte) (int) Math.min(255, Math.rint(level / (double) maximum * 255));
    }
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = levels[file[start + (channels == 1 ? i / 3 : i)] & 0xff];
    }
    return new RgbImage(rgb, new ImageSize(height, width));
  }

  // white space and comments, then digits
  private int number() throws IOException {
    while (at < file.length && (isSpace(file[at]) || file[at] == '#')) {
      if (file[at] == '#') {
        while (at < file.length && file[at] != '\n' && file[at] != '\r') {
          at++;
        }
      } else {
        at++;
      }
    }
    int value = 0;
    int begin = at;
    for (; at < file.length && file[at] >= '0' && file[at] <= '9' && at - begin < 9; at++) {
      value = 10 * value + file[at] - '0';
    }
    if (at == begin || at >= file.length || !isSpace(file[at])) {
      throw new IOException("expected a number in the header at byte " + begin);
    }
    return value;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= 9 && b <= 13);
  }
}
