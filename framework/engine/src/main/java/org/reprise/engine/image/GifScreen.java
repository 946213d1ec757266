package org.reprise.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import org.reprise.api.data.ImageSize;

/**
 * The screen of a GIF file and where its first frame lies on it, read from the blocks before the
 * frame's pixels. ImageIO knows the frame alone, and loses rows of low interlaced ones.
 */
final class GifScreen {
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int IMAGE = 0x2c;
  private static final int HAS_PALETTE = 0x80;
  private static final int INTERLACED = 0x40;
  private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}}; // first row, step

  private final byte[] file;
  private int at; // in the end, the place of the frame
  private int transparent; // index of the colour of what the frame does not cover
  private int palette = -1; // offset

  private GifScreen(byte[] file) {
    this.file = file;
  }

  /** Returns whether a file begins as a GIF file does. */
  static boolean recognises(byte[] file) {
    String beginning = new String(file, 0, Math.min(6, file.length), ISO_8859_1);
    return beginning.equals("GIF87a") || beginning.equals("GIF89a");
  }

  /**
   * Finds the first frame.
   *
   * @param file the bytes of a GIF file; not modified
   * @throws IOException if it ends before, or has none
   */
  static GifScreen read(byte[] file) throws IOException {
    GifScreen screen = new GifScreen(file);
    screen.find();
    return screen;
  }

  private void find() throws IOException {
    at = 13;
    int flags = octet(10);
    if ((flags & HAS_PALETTE) != 0) {
      palette = at;
      at += 3 << ((flags & 7) + 1);
    }
    for (int block = octet(at++); block != IMAGE; block = octet(at++)) {
      if (block != EXTENSION) {
        throw new IOException(
            String.format("byte %d: 0x%02x begins no block of a GIF file", at - 1, block));
      }
      int label = octet(at++);
      if (label == GRAPHIC_CONTROL && (octet(at + 1) & 1) != 0) {
        transparent = octet(at + 4);
      }
      for (int length = octet(at++); length != 0; length = octet(at++)) {
        at += length;
      }
    }
    if ((octet(at + 8) & HAS_PALETTE) != 0) {
      palette = at + 9; // the frame's own
    }
  }

  /** Returns height and width: the screen's, or more where the frame goes beyond it, as in PIL. */
  int[] size() throws IOException {
    return new int[] {
      Math.max(word(8), word(at + 2) + word(at + 6)), Math.max(word(6), word(at) + word(at + 4))
    };
  }

  /**
   * Checks that the frame is whole.
   *
   * @throws IOException if it ends before its last pixel
   */
  void requirePixels() throws IOException {
    int flags = octet(at + 8);
    int colours = (flags & HAS_PALETTE) == 0 ? 0 : 3 << ((flags & 7) + 1);
    GifCodes.requirePixels(file, at + 9 + colours, (long) word(at + 4) * word(at + 6));
  }

  /**
   * Returns a GIF file with the same pixels, in which the frame's rows are stored as interlaced.
   */
  byte[] withoutInterlace() {
    byte[] copy = file.clone();
    copy[at + 8] = (byte) (copy[at + 8] & ~INTERLACED);
    return copy;
  }

  /**
   * Puts the frame where it belongs. What it does not cover has the transparent colour, or the
   * first.
   *
   * @param frame as it is in {@link #withoutInterlace}
   * @throws IOException if it is another frame
   */
  RgbImage show(RgbImage frame) throws IOException {
    int height = word(at + 6);
    int width = word(at + 4);
    if (!frame.size().equals(new ImageSize(height, width))) {
      throw new IOException(
          "the first frame has " + frame.size() + " pixels, expected " + height + "x" + width);
    }
    int[] rows = rows(height);
    int[] size = size();
    byte[] rgb = new byte[Math.multiplyExact(3 * size[1], size[0])];
    int colour = palette + 3 * transparent;
    if (palette >= 0 && height * width < size[0] * size[1] && colour + 3 <= file.length) {
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = file[colour + i % 3];
      }
    }
    for (int stored = 0; stored < height; stored++) {
      int to = (word(at + 2) + rows[stored]) * size[1] + word(at);
      System.arraycopy(frame.rgb(), 3 * width * stored, rgb, 3 * to, 3 * width);
    }
    return new RgbImage(rgb, new ImageSize(size[0], size[1]));
  }

  /** Returns where each row belongs, in the order they are stored in. */
  private int[] rows(int height) throws IOException {
    int[] rows = new int[height];
    if ((octet(at + 8) & INTERLACED) == 0) {
      Arrays.setAll(rows, row -> row);
      return rows;
    }
    int stored = 0;
    for (int[] pass : PASSES) {
      for (int row = pass[0]; row < height; row += pass[1]) {
        rows[stored++] = row;
      }
    }
    return rows;
  }

  private int octet(int offset) throws IOException {
    if (offset >= file.length) {
      throw new IOException("the file ends before its first frame");
    }
    return file[offset] & 0xff;
  }

  private int word(int offset) throws IOException {
    return octet(offset) | octet(offset + 1) << 8;
  }
}
