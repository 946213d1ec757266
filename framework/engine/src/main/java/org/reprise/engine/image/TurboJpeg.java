package org.reprise.engine.image;

import java.util.Optional;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/**
 * Decodes grey and colour JPEG files by libjpeg-turbo, the library that PIL uses, as leptonica
 * brings it: the same pixels in half of ImageIO's time. A file that it has anything to say about is
 * left to ImageIO, whose words on damage are the better ones. Thread-safe.
 */
final class TurboJpeg {
  private TurboJpeg() {}

  /**
   * Decodes a file.
   *
   * @param file the bytes of a JPEG file; not modified
   * @param header what its segments say; its size is not too large
   * @return the image; empty for a kind of file that this is not for, and for one that is damaged
   */
  static Optional<RgbImage> decode(byte[] file, JpegHeader header) {
    boolean grey = header.channels() == 1;
    if (!Leptonica.isAvailable()
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
      return asAnnounced ? Optional.of(Leptonica.copy(image)) : Optional.empty();
    } finally {
      leptonica.pixDestroy(image);
    }
  }

  // Of a file that was cut off libjpeg would write to the standard error stream.
  private static boolean endsWithItsLastMarker(byte[] file) {
    return (file[file.length - 2] & 0xff) == 0xff && (file[file.length - 1] & 0xff) == 0xd9;
  }
}
