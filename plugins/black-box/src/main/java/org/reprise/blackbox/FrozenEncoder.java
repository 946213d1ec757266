package org.reprise.blackbox;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.data.ImageSize;
import org.reprise.support.ChannelConstants;

/**
 * A backbone beside the run's: its features, or its logits where it does not show features. Images
 * are brought to its size and normalised as it wants them.
 */
final class FrozenEncoder implements Encoder {
  private final Backbone network;
  private final KeptTensor mean;
  private final KeptTensor std;

  /**
   * Takes over a network.
   *
   * @param network closed with this object
   * @param device where it lies
   */
  FrozenEncoder(Backbone network, Device device) {
    this.network = network;
    ImageSize size = network.inputSize();
    try (PointerScope scope = new PointerScope()) {
      mean =
          new KeptTensor(
              ChannelConstants.image(
                  network.normalization().mean(), size.height(), size.width(), device));
      std =
          new KeptTensor(
              ChannelConstants.image(
                  network.normalization().std(), size.height(), size.width(), device));
    }
  }

  @Override
  public Tensor features(Tensor images) {
    try (NoGradGuard noGradient = new NoGradGuard()) {
      Tensor x = resized(images).sub(mean.get()).div(std.get());
      Tensor features = network instanceof Head head ? head.features(x) : network.forward(x);
      return features.detach().to(ScalarType.Float);
    }
  }

  private Tensor resized(Tensor images) {
    ImageSize size = network.inputSize();
    if (images.size(2) == size.height() && images.size(3) == size.width()) {
      return images;
    }
    return torch.upsample_bilinear2d(
        images,
        new long[] {size.height(), size.width()},
        false,
        new DoubleOptional(),
        new DoubleOptional());
  }

  @Override
  public void close() {
    network.close();
    mean.close();
    std.close();
  }
}
