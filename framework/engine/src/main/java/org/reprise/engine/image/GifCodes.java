package org.reprise.engine.image;

import java.io.IOException;

/**
 * The coded pixels of a GIF frame, gone through without making the pixels. ImageIO's reader gives
 * the first colour to those that are missing, and to those after a code that cannot be, and says
 * nothing.
 */
final class GifCodes {
  private static final int MOST_BITS = 12;

  private final byte[] file;
  private final int[] lengths = new int[1 << MOST_BITS]; // of the colours that each code stands for
  private int at;
  private int blockLeft;
  private int held; // bits read and not used
  private int heldBits;

  private GifCodes(byte[] file, int at) {
    this.file = file;
    this.at = at;
  }

  /**
   * Checks that all pixels are there.
   *
   * @param file the bytes of a GIF file; not modified
   * @param start where the codes begin: the byte that says how many bits a colour has
   * @param pixels how many there should be
   * @throws IOException if there are fewer, or a code cannot be
   */
  static void requirePixels(byte[] file, int start, long pixels) throws IOException {
    int bits = start < file.length ? file[start] & 0xff : 0;
    if (bits < 1 || bits >= MOST_BITS) {
      throw new IOException("colours of " + bits + " bits, expected 1 to " + (MOST_BITS - 1));
    }
    new GifCodes(file, start + 1).go(bits, pixels);
  }

  private void go(int bits, long pixels) throws IOException {
    int clear = 1 << bits;
    int next = clear + 2; // the code that is made next
    int width = bits + 1;
    int previous = -1;
    long done = 0;
    while (done < pixels) {
      int code = code(width);
      if (code < 0 || code == clear + 1) {
        throw new IOException("the first frame ends after " + done + " of " + pixels + " pixels");
      }
      if (code == clear) {
        next = clear + 2;
        width = bits + 1;
        previous = -1;
        continue;
      }
      boolean isMade = previous >= 0 && next < lengths.length;
      if (code > clear && (code > next || (code == next && !isMade))) {
        throw new IOException(
            "code " + code + " after " + done + " pixels, when there are " + next);
      }
      if (isMade) {
        lengths[next++] = length(previous, clear) + 1;
        width += next == 1 << width && width < MOST_BITS ? 1 : 0;
      }
      done += length(code, clear);
      previous = code;
    }
  }

  private int length(int code, int clear) {
    return code < clear ? 1 : lengths[code];
  }

  /** Returns the next code, or -1 where there is none. */
  private int code(int width) {
    while (heldBits < width) {
      if (blockLeft == 0) {
        blockLeft = at < file.length ? file[at++] & 0xff : 0;
        if (blockLeft == 0) {
          return -1;
        }
      }
      if (at == file.length) {
        return -1;
      }
      held |= (file[at++] & 0xff) << heldBits;
      heldBits += Byte.SIZE;
      blockLeft--;
    }
    int code = held & ((1 << width) - 1);
    held >>>= width;
    heldBits -= width;
    return code;
  }
}
