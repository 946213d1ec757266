package org.reprise.engine.image;

import org.reprise.api.data.ImageSize;

/**
 * A decoded image.
 *
 * @param rgb height x width x 3 unsigned bytes, rows from the top, red first; not copied
 * @param size height and width
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
public record RgbImage(byte[] rgb, ImageSize size) {

  /** Checks that the bytes fill the size. */
  public RgbImage {
    if (rgb.length != 3L * size.height() * size.width()) {
      throw new IllegalArgumentException(rgb.length + " bytes for an RGB image of " + size);
    }
  }
}
