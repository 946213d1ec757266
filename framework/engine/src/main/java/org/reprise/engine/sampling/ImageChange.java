package org.reprise.engine.sampling;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.data.ImageOperation;

/** Does an {@link ImageOperation} to one image. */
@FunctionalInterface
interface ImageChange {
  /** Proportions of a resized crop's sides, as in torchvision. */
  double WIDEST = 4.0 / 3;

  int ATTEMPTS = 10;

  /**
   * Changes an image.
   *
   * @param image {@code [3,h,w]} float32 in [0,1]; not modified
   * @param random the image's own numbers
   * @return {@code [3,h,w]}, perhaps {@code image} itself; of the caller's scope
   */
  Tensor apply(Tensor image, RandomStream random);

  /** Returns what does an operation. */
  static ImageChange of(ImageOperation operation) {
    if (operation instanceof ImageOperation.Flip) {
      return (image, random) -> random.nextInt(2) == 1 ? image.flip(2) : image;
    } else if (operation instanceof ImageOperation.PaddedCrop crop) {
      return (image, random) -> paddedCrop(image, crop.padding(), random);
    } else if (operation instanceof ImageOperation.ResizedCrop crop) {
      return (image, random) -> resizedCrop(image, crop, random);
    } else {
      return new TrivialChange();
    }
  }

  private static Tensor paddedCrop(Tensor image, int padding, RandomStream random) {
    long[] around = {padding, padding, padding, padding};
    return torch
        .constant_pad_nd(image, around, new Scalar(0))
        .narrow(1, random.nextInt(2 * padding + 1), image.size(1))
        .narrow(2, random.nextInt(2 * padding + 1), image.size(2));
  }

  private static Tensor resizedCrop(
      Tensor image, ImageOperation.ResizedCrop crop, RandomStream random) {
    long height = image.size(1);
    long width = image.size(2);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area =
          height
              * width
              * (crop.smallest() + (crop.largest() - crop.smallest()) * random.nextDouble());
      double proportion = Math.exp(Math.log(WIDEST) * (2 * random.nextDouble() - 1));
      long w = Math.round(Math.sqrt(area * proportion));
      long h = Math.round(Math.sqrt(area / proportion));
      if (w >= 1 && w <= width && h >= 1 && h <= height) {
        Tensor piece =
            image
                .narrow(1, random.nextInt((int) (height - h + 1)), h)
                .narrow(2, random.nextInt((int) (width - w + 1)), w);
        return resized(piece, height, width);
      }
    }
    // the middle, as large as the proportions allow
    long w = Math.min(width, Math.round(height * WIDEST));
    long h = Math.min(height, Math.round(width * WIDEST));
    return resized(
        image.narrow(1, (height - h) / 2, h).narrow(2, (width - w) / 2, w), height, width);
  }

  private static Tensor resized(Tensor piece, long height, long width) {
    return torch
        .upsample_bilinear2d(
            piece.unsqueeze(0),
            new long[] {height, width},
            false,
            new DoubleOptional(),
            new DoubleOptional())
        .squeeze(0);
  }
}
