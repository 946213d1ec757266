package org.reprise.api.data;

/**
 * Height and width of an image.
 *
 * @param height rows, pixels, at least 1
 * @param width columns, pixels, at least 1
 */
public record ImageSize(int height, int width) {

  /** Checks that both are positive. */
  public ImageSize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "an image has at least 1x1 pixels, not " + height + "x" + width);
    }
  }

  /**
   * Returns a square size.
   *
   * @param side height and width, pixels
   * @return {@code side} by {@code side}
   */
  public static ImageSize square(int side) {
    return new ImageSize(side, side);
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
