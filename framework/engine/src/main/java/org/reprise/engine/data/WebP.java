package org.reprise.engine.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/** WebP files, decoded by libwebp, the library that PIL uses; transparency is dropped. */
final class WebP {
  private WebP() {}

  /** Returns whether a file begins as a WebP file does. */
  static boolean recognises(byte[] file) {
    String beginning = new String(file, 0, Math.min(12, file.length), ISO_8859_1);
    return beginning.startsWith("RIFF") && beginning.endsWith("WEBP");
  }

  /**
   * Reads the header.
   *
   * @param file the bytes of a WebP file; not modified
   * @return height and width
   * @throws IOException if there is no header, or libwebp could not be loaded
   */
  static int[] size(byte[] file) throws IOException {
    if (!Leptonica.isAvailable()) {
      throw new IOException("leptonica's native library, which WebP needs, cannot be loaded");
    }
    int[] width = {0};
    int[] height = {0};
    if (leptonica.readHeaderMemWebP(file, file.length, width, height, new int[1]) != 0) {
      throw new IOException("the WebP header is damaged");
    }
    return new int[] {height[0], width[0]};
  }

  /**
   * Decodes a file whose size has been found not too large.
   *
   * @param file the bytes of a WebP file; not modified
   * @throws IOException if it is damaged or ends early, or is an animation
   */
  static RgbImage read(byte[] file) throws IOException {
    PIX image = leptonica.pixReadMemWebP(file, file.length);
    if (image == null || image.isNull()) {
      throw new IOException("the WebP data are damaged, end early, or are an animation");
    }
    try {
      return Leptonica.copy(image);
    } finally {
      leptonica.pixDestroy(image);
    }
  }
}
