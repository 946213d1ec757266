package org.reprise.api.backbone;

import org.bytedeco.pytorch.Tensor;

/**
 * What a prompt hands to the network: normalised pixels, channels-last or contiguous, float32.
 *
 * <p>A prompt whose pixels are the same for every sample except in one rectangle says so by {@link
 * Framed}; everything else is {@link Whole}. Both mean the same pixels: whoever does not care asks
 * for {@link #whole()}.
 */
public sealed interface NetworkInput {

  /**
   * Returns the pixels in one piece.
   *
   * @return {@code [V·N,3,H,W]}, view by view: the N samples as the first view shows them, then as
   *     the second does; part of the prompt's graph; the caller's scope owns it
   */
  Tensor whole();

  /**
   * Pixels of which nothing is known to be shared.
   *
   * @param pixels {@code [V·N,3,H,W]}; borrowed
   */
  record Whole(Tensor pixels) implements NetworkInput {
    @Override
    public Tensor whole() {
      return pixels;
    }
  }

  /**
   * A frame that all samples share, and a window of their own. The window covers the frame: what
   * the frame holds there is not seen.
   *
   * @param frame {@code [1,3,H,W]}, the same for all samples, part of the prompt's graph; borrowed
   * @param window {@code [N,3,h,w]}, each sample's own; part of the graph where the prompt learns
   *     inside it; borrowed
   * @param top row of the frame on which the window begins, pixels
   * @param left column of the frame on which the window begins, pixels
   */
  record Framed(Tensor frame, Tensor window, int top, int left) implements NetworkInput {
    /**
     * Checks that the window lies on the frame.
     *
     * @throws IllegalArgumentException if it does not, or a shape is another
     */
    public Framed {
      boolean images =
          frame.dim() == 4
              && window.dim() == 4
              && frame.size(0) == 1
              && frame.size(1) == window.size(1);
      if (!images
          || top < 0
          || left < 0
          || top + window.size(2) > frame.size(2)
          || left + window.size(3) > frame.size(3)) {
        throw new IllegalArgumentException(
            "a window "
                + java.util.Arrays.toString(window.shape())
                + " at row "
                + top
                + ", column "
                + left
                + " does not lie on a frame "
                + java.util.Arrays.toString(frame.shape())
                + "; expected [N,3,h,w] on [1,3,H,W]");
      }
    }

    @Override
    public Tensor whole() {
      // in the order of channels-last memory, in which the frame's gradient is summed over the
      // samples seven times as fast as by [N,3,H,W]
      long samples = window.size(0);
      Tensor rows = frame.permute(0, 2, 3, 1);
      Tensor canvas = rows.expand(samples, rows.size(1), rows.size(2), rows.size(3)).clone();
      canvas
          .narrow(1, top, window.size(2))
          .narrow(2, left, window.size(3))
          .copy_(window.permute(0, 2, 3, 1));
      return canvas.permute(0, 3, 1, 2);
    }
  }
}
