package org.reprise.api.data;

/**
 * Something that training does to images at random, each image by itself, without changing its
 * size. What happens to an image is fixed by (seed, pass, epoch, sample).
 */
public sealed interface ImageOperation {

  /** Mirrors left to right with probability 1/2. */
  record Flip() implements ImageOperation {}

  /**
   * Puts zeros around the image and takes a piece of the image's size, every place equally likely:
   * torchvision's {@code RandomCrop(size, padding)}.
   *
   * @param padding zeros on each side, pixels, at least 1
   */
  record PaddedCrop(int padding) implements ImageOperation {
    /** Checks the padding. */
    public PaddedCrop {
      if (padding < 1) {
        throw new IllegalArgumentException("padding must be 1 pixel or more, not " + padding);
      }
    }
  }

  /**
   * Takes a piece of random size and shape and brings it to the image's size, bilinear:
   * torchvision's {@code RandomResizedCrop}, with sides in proportions from 3:4 to 4:3.
   *
   * @param smallest share of the image's area, in (0,1]
   * @param largest share of the image's area, from {@code smallest} to 1
   */
  record ResizedCrop(double smallest, double largest) implements ImageOperation {
    /** Checks the shares. */
    public ResizedCrop {
      if (!(smallest > 0 && smallest <= largest && largest <= 1)) {
        throw new IllegalArgumentException(
            "shares of the area must be from above 0 to 1, not " + smallest + " to " + largest);
      }
    }
  }

  /**
   * One of 14 operations, at one of 31 strengths: Müller and Hutter, <i>TrivialAugment: Tuning-free
   * Yet State-of-the-Art Data Augmentation</i>, ICCV 2021, in the wide space, with torchvision's
   * ranges; nearest pixels, zeros outside.
   */
  record TrivialAugment() implements ImageOperation {}
}
