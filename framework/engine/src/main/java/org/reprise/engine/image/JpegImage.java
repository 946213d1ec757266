package org.reprise.engine.image;

import java.io.IOException;
import java.util.Optional;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * A JPEG file: decoded by libjpeg-turbo, or by ImageIO where that has anything to say.
 *
 * @param file its bytes
 * @param header what its segments say; there is a frame
 * @param place where it came from, for messages
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JpegImage(byte[] file, JpegHeader header, String place) implements EncodedImage {
  /** Coefficients of a progressive file (6), the decoder's pixels (4) and three channels. */
  private static final int BYTES_EACH = 13;

  /** More than any encoder makes. Each goes through all blocks, however few bytes it has. */
  private static final int SCANS = 100;

  @Override
  public int height() {
    return header.height();
  }

  @Override
  public int width() {
    return header.width();
  }

  @Override
  public void charge(Budget budget) throws BudgetException {
    budget.charge(pixels(), BYTES_EACH);
    budget.charge(Math.max(0, header.scans() - SCANS), pixels());
  }

  @Override
  public RgbImage decode() throws IOException {
    Optional<RgbImage> image = TurboJpeg.decode(file, header);
    if (image.isPresent()) {
      return image.get();
    }
    try (ImageIoImage slower = new ImageIoImage(file, place)) {
      return slower.decode();
    }
  }
}
