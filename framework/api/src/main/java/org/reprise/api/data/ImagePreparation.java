package org.reprise.api.data;

import java.util.Locale;

/**
 * How a decoded image becomes the pixels that are stored and handed to a prompt. The engine does it
 * as PIL and torchvision do, with antialiasing.
 *
 * @param size of the result
 * @param fit how an image of another shape is brought to that size; {@link
 *     Fit#SHORT_SIDE_CENTER_CROP} takes square sizes only
 * @param interpolation the filter
 */
public record ImagePreparation(ImageSize size, Fit fit, Interpolation interpolation) {

  /** How an image is brought to a size of another shape. */
  public enum Fit {
    /** Height and width are resized each for itself: torchvision's {@code Resize((h, w))}. */
    STRETCH,
    /**
     * The short side is resized to the size, the long one in proportion, and the middle of that is
     * taken: torchvision's {@code Resize(s)} and {@code CenterCrop(s)}.
     */
    SHORT_SIDE_CENTER_CROP
  }

  /** The filter of a resize. */
  public enum Interpolation {
    /** PIL's BILINEAR. */
    BILINEAR,
    /** PIL's BICUBIC (a = -0.5). */
    BICUBIC
  }

  /** Checks that a centre crop is square. */
  public ImagePreparation {
    if (fit == Fit.SHORT_SIDE_CENTER_CROP && size.height() != size.width()) {
      throw new IllegalArgumentException("a centre crop is square, not " + size);
    }
  }

  /**
   * Returns the preparation that most prompts use: stretched, bilinear.
   *
   * @param size of the result
   * @return {@code STRETCH}, {@code BILINEAR}
   */
  public static ImagePreparation stretched(ImageSize size) {
    return new ImagePreparation(size, Fit.STRETCH, Interpolation.BILINEAR);
  }

  /**
   * Returns CLIP's preparation: bicubic, centre crop.
   *
   * @param side height and width of the result, pixels
   * @return {@code SHORT_SIDE_CENTER_CROP}, {@code BICUBIC}
   */
  public static ImagePreparation centerCropped(int side) {
    return new ImagePreparation(
        ImageSize.square(side), Fit.SHORT_SIDE_CENTER_CROP, Interpolation.BICUBIC);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %s%s",
        size,
        interpolation.name().toLowerCase(Locale.ROOT),
        fit == Fit.STRETCH ? "" : " centre crop");
  }
}
