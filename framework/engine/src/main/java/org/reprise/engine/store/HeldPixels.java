package org.reprise.engine.store;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;

/** Pixels in memory: on the GPU where batches are wanted there and they fit. */
final class HeldPixels implements Pixels {
  private final KeptTensor stored = new KeptTensor();
  private final Gathering gathering;
  private final boolean atHand;

  /**
   * Keeps pixels.
   *
   * @param pixels {@code [n,h,w,3]} uint8, kept
   * @param placement where batches are wanted
   */
  HeldPixels(Tensor pixels, Placement placement) {
    atHand = placement.hasRoomFor(pixels.numel());
    Tensor placed = atHand ? pixels.to(placement.device(), ScalarType.Byte) : pixels;
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
  public boolean areAtHand() {
    return atHand;
  }

  @Override
  public void read(int[] indices, Tensor memory) {
    try (Tensor chosen = Indices.of(indices)) {
      torch.index_select_out(memory, stored.get(), 0, chosen);
    }
  }

  @Override
  public Tensor scaled(Tensor bytes) {
    return gathering.scale(bytes);
  }

  @Override
  public void close() {
    stored.close();
    gathering.close();
  }
}
