package org.reprise.engine.store;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;

/** Pixels in memory: on the GPU where batches are wanted there and they fit. */
final class HeldPixels implements Pixels {
  private final KeptTensor stored = new KeptTensor();
  private final Gathering gathering;

  /**
   * Keeps pixels.
   *
   * @param pixels {@code [n,h,w,3]} uint8, kept
   * @param placement where batches are wanted
   */
  HeldPixels(Tensor pixels, Placement placement) {
    Tensor placed =
        placement.hasRoomFor(pixels.numel())
            ? pixels.to(placement.device(), ScalarType.Byte)
            : pixels;
    gathering = new Gathering(placement.device());
    stored.set(placed);
  }

  @Override
  public Tensor images(Tensor indices) {
    try (Device home = stored.get().device();
        Tensor wide = Indices.on(indices, home);
        Tensor chosen = wide.contiguous()) {
      return gathering.gather(stored.get(), chosen);
    }
  }

  @Override
  public void close() {
    stored.close();
    gathering.close();
  }
}
