package org.reprise.engine.image;

import java.io.IOException;
import org.reprise.api.data.ImageSize;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * Reads PBM, PGM and PPM files (P1 to P6), binary or text, of up to 16 bits a channel, to the
 * pixels of PIL: levels of colour are scaled to 0 to 255; levels of grey are too, but above 255 to
 * 0 to 65535, of which what is more than 255 becomes 255.
 */
final class PortableMap implements EncodedImage {
  private static final int LONGEST_NUMBER = 9; // digits

  private final byte[] file;
  private final char kind;
  private int at = 2;
  private final int width;
  private final int height;

  PortableMap(byte[] file) throws IOException {
    this.file = file;
    this.kind = (char) file[1];
    this.width = number();
    this.height = number();
  }

  static boolean recognises(byte[] file) {
    return file.length > 2
        && file[0] == 'P'
        && file[1] >= '1'
        && file[1] <= '6'
        && (isSpace(file[2]) || file[2] == '#');
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void charge(Budget budget) throws BudgetException {
    budget.charge(pixels(), 3);
  }

  @Override
  public RgbImage decode() throws IOException {
    int maximum = isBits() ? 1 : number();
    if (maximum < 1 || maximum > 65535) {
      throw new IOException("levels up to " + maximum + ", expected 1 to 65535");
    }
    int channels = kind == '3' || kind == '6' ? 3 : 1;
    if (isBinary()) {
      endHeader();
    }
    requireBytes(channels, maximum);
    byte[] rgb = new byte[3 * width * height];
    byte[] levels = levels(channels, maximum);
    Samples samples = samples(maximum);
    for (int i = 0; i < rgb.length; i += 3) {
      for (int c = 0; c < channels; c++) {
        int level = samples.next();
        if (level > maximum && !isBinary()) { // PIL caps those of binary files
          throw new IOException("a level of " + level + ", expected at most " + maximum);
        }
        rgb[i + c] = levels[Math.min(level, maximum)];
      }
      if (channels == 1) {
        rgb[i + 1] = rgb[i];
        rgb[i + 2] = rgb[i];
      }
    }
    return new RgbImage(rgb, new ImageSize(height, width));
  }

  private boolean isBinary() {
    return kind >= '4';
  }

  private boolean isBits() {
    return kind == '1' || kind == '4';
  }

  /**
   * The bytes of all pixels, checked before anything is allocated; a text has one each at least.
   */
  private void requireBytes(int channels, int maximum) throws IOException {
    long samples = pixels() * channels;
    long bytes = samples;
    if (kind == '4') {
      bytes = (width + 7L) / 8 * height;
    } else if (isBinary() && maximum > 255) {
      bytes = 2 * samples;
    } else if (kind == '2' || kind == '3') {
      bytes = 2 * samples - 1;
    }
    if (file.length - at < bytes) {
      throw new IOException(
          "the pixels take "
              + bytes
              + " bytes"
              + (isBinary() ? "" : " at least")
              + ", "
              + Math.max(0, file.length - at)
              + " are there");
    }
  }

  private static byte[] levels(int channels, int maximum) {
    int full = channels == 1 && maximum > 255 ? 65535 : 255;
    byte[] levels = new byte[maximum + 1];
    for (int level = 0; level <= maximum; level++) {
      levels[level] = (byte) (int) Math.min(255, Math.rint(level / (double) maximum * full));
    }
    return levels;
  }

  /** The samples in their order. */
  private interface Samples {
    int next() throws IOException;
  }

  private Samples samples(int maximum) {
    if (kind == '1') {
      return this::textBit;
    }
    if (kind == '4') {
      int[] column = {0};
      return () -> {
        int bit = 7 - column[0] % 8;
        int value = file[at] >> bit & 1;
        column[0]++;
        if (bit == 0 || column[0] == width) { // rows begin at a byte
          at++;
          column[0] = column[0] == width ? 0 : column[0];
        }
        return 1 - value; // 1 is black
      };
    }
    if (!isBinary()) {
      return this::number;
    }
    return maximum > 255
        ? () -> ((file[at++] & 0xff) << 8) | (file[at++] & 0xff)
        : () -> file[at++] & 0xff;
  }

  // one white space ends the header, or a comment with the end of its line
  private void endHeader() {
    if (at < file.length && file[at] == '#') {
      skipComment();
    }
    at++;
  }

  // digits need no space between them
  private int textBit() throws IOException {
    skipSpace();
    if (at == file.length || (file[at] != '0' && file[at] != '1')) {
      throw new IOException("expected 0 or 1 at byte " + at);
    }
    return '1' - file[at++]; // 1 is black
  }

  // white space and comments, then digits
  private int number() throws IOException {
    skipSpace();
    int value = 0;
    int begin = at;
    for (; at < file.length && file[at] >= '0' && file[at] <= '9'; at++) {
      if (at - begin == LONGEST_NUMBER) {
        throw new IOException("a number of more than " + LONGEST_NUMBER + " digits");
      }
      value = 10 * value + file[at] - '0';
    }
    boolean isLast = at == file.length && !isBinary();
    if (at == begin || !(isLast || (at < file.length && (isSpace(file[at]) || file[at] == '#')))) {
      throw new IOException("expected a number at byte " + begin);
    }
    return value;
  }

  private void skipSpace() {
    while (at < file.length && (isSpace(file[at]) || file[at] == '#')) {
      if (file[at] == '#') {
        skipComment();
      } else {
        at++;
      }
    }
  }

  private void skipComment() {
    while (at < file.length && file[at] != '\n' && file[at] != '\r') {
      at++;
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= 9 && b <= 13);
  }
}
