package org.reprise.engine.image;

import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImagePreparation.Fit;
import org.reprise.api.data.ImagePreparation.Interpolation;
import org.reprise.api.data.ImageSize;

/** Brings decoded images to the form they are stored in, as torchvision does with PIL's images. */
public final class ImagePreparer {
  private ImagePreparer() {}

  /**
   * Prepares one image. Thread-safe.
   *
   * @param image any size; not modified
   * @param preparation what to do
   * @return the image at the preparation's size; {@code image} itself where nothing is to be done
   */
  public static RgbImage prepare(RgbImage image, ImagePreparation preparation) {
    ImageSize size = preparation.size();
    if (preparation.fit() == Fit.STRETCH) {
      return Resample.resize(image, size, preparation.interpolation(), 0, 0, size);
    }
    ImageSize resized = shortSide(image.size(), size.height());
    return middle(image, resized, preparation.interpolation(), size);
  }

  /**
   * Resizes and returns the middle of the result.
   *
   * @throws IllegalArgumentException if the result is smaller: torchvision would put zeros around
   *     it, but after {@link #shortSide} it never is
   */
  static RgbImage middle(
      RgbImage image, ImageSize resized, Interpolation interpolation, ImageSize size) {
    if (size.height() > resized.height() || size.width() > resized.width()) {
      throw new IllegalArgumentException("a crop of " + size + " out of an image of " + resized);
    }
    int top = margin(resized.height(), size.height());
    int left = margin(resized.width(), size.width());
    return Resample.resize(image, resized, interpolation, top, left, size);
  }

  // torchvision: int(side * long / short), where the division is a float's
  private static ImageSize shortSide(ImageSize image, int side) {
    int height = image.height();
    int width = image.width();
    long product = (long) side * Math.max(height, width);
    int longer = Math.toIntExact((long) ((double) product / Math.min(height, width)));
    return width <= height ? new ImageSize(longer, side) : new ImageSize(side, longer);
  }

  // torchvision: int(round((whole - part) / 2.0)), where halves go to the even number
  private static int margin(int whole, int part) {
    return (int) Math.rint((whole - part) / 2.0);
  }
}
