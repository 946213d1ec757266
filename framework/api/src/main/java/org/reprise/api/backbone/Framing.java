package org.reprise.api.backbone;

import org.reprise.api.data.ImageSize;

/**
 * How the images of a batch lie in their frame; see {@link NetworkInput.Framed}.
 *
 * @param frame the network's input
 * @param window what each sample has of its own
 * @param top row of the frame on which the window begins, pixels
 * @param left column of the frame on which the window begins, pixels
 * @param samples of a batch, at least 1
 */
public record Framing(ImageSize frame, ImageSize window, int top, int left, int samples) {
  /**
   * Checks that the window lies on the frame.
   *
   * @throws IllegalArgumentException if it does not
   */
  public Framing {
    if (top < 0
        || left < 0
        || samples < 1
        || top + window.height() > frame.height()
        || left + window.width() > frame.width()) {
      throw new IllegalArgumentException(
          samples
              + " windows of "
              + window
              + " at row "
              + top
              + ", column "
              + left
              + " of a frame of "
              + frame);
    }
  }

  /**
   * Puts windows in the middle of their frame.
   *
   * @param frame the network's input
   * @param window not larger
   * @param samples of a batch
   * @return the framing; where a pixel is left over, it is below and on the right
   */
  public static Framing centred(ImageSize frame, ImageSize window, int samples) {
    return new Framing(
        frame,
        window,
        (frame.height() - window.height()) / 2,
        (frame.width() - window.width()) / 2,
        samples);
  }
}
