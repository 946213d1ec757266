package org.reprise.datasets.images;

import java.nio.ByteBuffer;
import org.reprise.api.data.ImageSize;

/** How both versions of CIFAR store an image: 1024 red, 1024 green, 1024 blue bytes, row by row. */
final class CifarPixels {
  static final ImageSize SIZE = ImageSize.square(32);
  static final int BYTES = 3072;
  private static final int PLANE = 1024;

  private CifarPixels() {}

  /**
   * Interleaves the three planes.
   *
   * @param planes read at {@code offset} and the {@link #BYTES} bytes after it
   * @param offset of the first red byte
   * @return 32 x 32 x 3 bytes
   */
  static byte[] interleaved(ByteBuffer planes, int offset) {
    byte[] rgb = new byte[BYTES];
    for (int pixel = 0; pixel < PLANE; pixel++) {
      rgb[3 * pixel] = planes.get(offset + pixel);
      rgb[3 * pixel + 1] = planes.get(offset + PLANE + pixel);
      rgb[3 * pixel + 2] = planes.get(offset + 2 * PLANE + pixel);
    }
    return rgb;
  }
}
