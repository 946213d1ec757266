package org.reprise.engine.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** What ImageIO's reader of PNG files does not look at. */
final class PngFile {
  private static final int HEADER = 0x49484452; // IHDR
  private static final int PALETTE = 0x504c5445; // PLTE
  private static final int PIXELS = 0x49444154; // IDAT

  private PngFile() {}

  /**
   * Checks the sums over the header and the palette, as PIL does: nothing else would show that a
   * size or a colour is another one. The pixels have a sum of their own.
   *
   * @param bytes of a PNG file; not modified
   * @throws IOException if one is wrong
   */
  static void check(byte[] bytes) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    for (long at = 8; at + 12 <= bytes.length; ) {
      int start = (int) at;
      int length = file.getInt(start);
      int type = file.getInt(start + 4);
      if (type == PIXELS || length < 0 || length > bytes.length - start - 12) {
        return;
      }
      if (type == HEADER || type == PALETTE) {
        CRC32 sum = new CRC32();
        sum.update(bytes, start + 4, length + 4);
        if ((int) sum.getValue() != file.getInt(start + 8 + length)) {
          throw new IOException(
              (type == HEADER ? "the header" : "the palette") + " does not have its checksum");
        }
      }
      at += 12L + length;
    }
  }

  /** Returns whether pixels are levels of grey and nothing else, by the header. */
  static boolean isGrey(byte[] file) {
    return file[25] == 0;
  }
}
