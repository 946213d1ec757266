package org.reprise.prompts.scaled;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One axis of an image that lies in the middle of a canvas, both scaled about the canvas's centre
 * by a number that may be learned: pixel i of the result is the canvas at {@code (n-1)/2 + (i -
 * (n-1)/2) / scale}, linear between its two neighbours, zero outside. Pixel centres are whole
 * numbers; there is no antialiasing.
 *
 * @param canvas n, pixels
 * @param image pixels of the image on this axis, at most n
 */
record Scaling(long canvas, long image) {

  /** Returns the first pixel of the image; an odd difference puts the extra pixel before it. */
  long before() {
    return (canvas - image + 1) / 2;
  }

  /**
   * Returns the matrix that takes the image to the scaled canvas. Where a position is a whole
   * number the derivative jumps; it is then the one towards the next pixel.
   *
   * @param scale {@code [1]} float32, positive
   * @return {@code [canvas,image]} float32, at most two weights in a row, part of the scale's graph
   */
  Tensor weights(Tensor scale) {
    TensorOptions like = new TensorOptions(ScalarType.Double).device(scale.options().device_opt());
    Tensor middle = torch.full(new long[] {1}, new Scalar((canvas - 1) / 2.0), like);
    Tensor at = torch.arange(new Scalar(canvas), like).sub(middle);
    Tensor position = at.div(scale.to(ScalarType.Double)).add(middle).unsqueeze(1);
    Tensor pixel = torch.arange(new Scalar(image), like).add(new Scalar((double) before()));
    Tensor distance = position.sub(pixel.unsqueeze(0));
    Scalar zero = new Scalar(0.0);
    Scalar one = new Scalar(1.0);
    Tensor left = distance.ge(zero).logical_and(distance.lt(one)).to(ScalarType.Double);
    Tensor right =
        distance.lt(zero).logical_and(distance.ge(new Scalar(-1.0))).to(ScalarType.Double);
    return left.mul(distance.neg().add(one)).add(right.mul(distance.add(one))).to(ScalarType.Float);
  }

  /**
   * Tells which pixels of the canvas the image covers, by the size that the published code reports:
   * the image's times the scale, rounded down, at most the canvas.
   *
   * @param scale {@code [1]} float32
   * @return {@code [canvas]} bool
   */
  Tensor covered(Tensor scale) {
    Tensor reported =
        scale
            .detach()
            .mul(new Scalar((double) image))
            .floor()
            .clamp_max(new Scalar((double) canvas));
    return covered(canvas, reported);
  }

  /**
   * Tells which pixels of a canvas an image of a known size covers.
   *
   * @param canvas pixels
   * @param image {@code [1]} float32, whole pixels
   * @return {@code [canvas]} bool
   */
  private static Tensor covered(long canvas, Tensor image) {
    Scalar half = new Scalar(0.5);
    Tensor whole = torch.full_like(image, new Scalar((double) canvas));
    Tensor first = whole.sub(image).mul(half).floor();
    Tensor end = whole.add(image).mul(half).floor();
    Tensor pixel = torch.arange(new Scalar(canvas), image.options());
    return pixel.ge(first).logical_and(pixel.lt(end));
  }
}
