package org.reprise.engine.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Optional;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;
import org.reprise.api.data.ImageSize;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * WebP files, decoded by libwebp, the library that PIL uses; transparency is dropped. Of an
 * animation the first frame is shown, on black where it does not cover the canvas.
 */
final class WebP implements EncodedImage {
  /** libwebp's four channels, the frame's and the canvas's three. */
  private static final int BYTES_EACH = 10;

  private final byte[] file;
  private final int[] size;

  /**
   * Reads the header.
   *
   * @param file the bytes of a WebP file; not modified
   * @throws IOException if there is no header, or libwebp could not be loaded
   */
  WebP(byte[] file) throws IOException {
    this.file = file;
    this.size = size(file);
  }

  /** Returns whether a file begins as a WebP file does. */
  static boolean recognises(byte[] file) {
    String beginning = new String(file, 0, Math.min(12, file.length), ISO_8859_1);
    return beginning.startsWith("RIFF") && beginning.endsWith("WEBP");
  }

  @Override
  public int height() {
    return size[0];
  }

  @Override
  public int width() {
    return size[1];
  }

  @Override
  public void charge(Budget budget) throws BudgetException {
    budget.charge(pixels(), BYTES_EACH);
  }

  private static int[] size(byte[] file) throws IOException {
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

  @Override
  public RgbImage decode() throws IOException {
    Optional<WebPFrame> frame = WebPFrame.first(file);
    if (frame.isEmpty()) {
      return still(file);
    }
    int[] claimed = size(frame.get().file());
    if (!frame.get().size().equals(new ImageSize(claimed[0], claimed[1]))) {
      throw new IOException("the first frame says two sizes");
    }
    return frame.get().on(new ImageSize(height(), width()), still(frame.get().file()));
  }

  private static RgbImage still(byte[] file) throws IOException {
    PIX image = leptonica.pixReadMemWebP(file, file.length);
    if (image == null || image.isNull()) {
      throw new IOException("the WebP data are damaged or end early");
    }
    try {
      return Leptonica.copy(image);
    } finally {
      leptonica.pixDestroy(image);
    }
  }
}
