package org.reprise.engine.data;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;
import org.reprise.api.data.ImageSize;

/**
 * Decodes grey and colour JPEG files by libjpeg-turbo, the library that PIL uses, as leptonica
 * brings it: the same pixels in half of ImageIO's time. A file that it has anything to say about is
 * left to ImageIO, whose words on damage are the better ones. Thread-safe.
 */
final class TurboJpeg {
  private static final boolean AVAILABLE = load();

  private TurboJpeg() {}

  private static boolean load() {
    try {
      leptonica.setMsgSeverity(leptonica.L_SEVERITY_NONE);
      return true;
    } catch (LinkageError | RuntimeException e) {
      return false; // ImageIO decodes the same pixels
    }
  }

  /**
   * Decodes a file.
   *
   * @param file the bytes of a JPEG file; not modified
   * @param header what its segments say; its size is not too large
   * @return the image; empty for a kind of file that this is not for, and for one that is damaged
   */
  static Optional<RgbImage> decode(byte[] file, JpegHeader header) {
    boolean grey = header.channels() == 1;
    if (!AVAILABLE
        || !header.isCommon()
        || !(grey || header.channels() == 3)
        || !endsWithItsLastMarker(file)) {
      return Optional.empty();
    }
    int[] warnings = {0};
    PIX image = leptonica.pixReadMemJpeg(file, file.length, 0, 1, warnings, 0);
    if (image == null || image.isNull()) {
      return Optional.empty();
    }
    try {
      boolean asAnnounced =
          warnings[0] == 0
              && leptonica.pixGetHeight(image) == header.height()
              && leptonica.pixGetWidth(image) == header.width()
              && leptonica.pixGetDepth(image) == (grey ? Byte.SIZE : Integer.SIZE);
      return asAnnounced
          ? Optional.of(
              new RgbImage(
                  pixels(image, header, grey), new ImageSize(header.height(), header.width())))
          : Optional.empty();
    } finally {
      leptonica.pixDestroy(image);
    }
  }

  // Of a file that was cut off libjpeg would write to the standard error stream.
  private static boolean endsWithItsLastMarker(byte[] file) {
    return (file[file.length - 2] & 0xff) == 0xff && (file[file.length - 1] & 0xff) == 0xd9;
  }

  // Rows of 32-bit words, the first byte highest: red, green, blue and nothing, or four grey
  // pixels.
  private static byte[] pixels(PIX image, JpegHeader header, boolean grey) {
    int width = header.width();
    byte[] rgb = new byte[Math.multiplyExact(3 * width, header.height())];
    int[] row = new int[leptonica.pixGetWpl(image)];
    IntPointer words = leptonica.pixGetData(image); // belongs to the image
    for (int y = 0; y < header.height(); y++) {
      words.position((long) y * row.length).get(row);
      if (grey) {
        putGrey(row, rgb, 3 * width * y, width);
      } else {
        putColours(row, rgb, 3 * width * y);
      }
    }
    return rgb;
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
