package org.reprise.networks;

/**
 * Zeros around a map, in pixels.
 *
 * @param left columns before the first
 * @param right columns after the last
 * @param top rows before the first
 * @param bottom rows after the last
 */
public record Padding(int left, int right, int top, int bottom) {

  /** The same on all four sides. */
  public static Padding all(int pixels) {
    return new Padding(pixels, pixels, pixels, pixels);
  }

  /** Right and bottom only, as TensorFlow's {@code SAME} pads even sizes at stride 2. */
  public static Padding rightAndBottom(int pixels) {
    return new Padding(0, pixels, 0, pixels);
  }

  /** Tells whether all sides are equal. */
  public boolean isSymmetric() {
    return left == right && left == top && left == bottom;
  }
}
