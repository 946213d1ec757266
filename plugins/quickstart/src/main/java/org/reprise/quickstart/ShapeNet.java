package org.reprise.quickstart;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;

/**
 * The quickstart's frozen network: five convolutions, a mean over the pixels and a linear head
 * without bias; KS = 64. Batch normalisation is folded into the convolutions. Float32, about 213
 * thousand parameters and 16 million multiply-adds an image.
 */
final class ShapeNet implements Backbone, Head {

  /** What it was trained with. */
  static final Normalization NORMALIZATION =
      new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25));

  private final List<String> labels = new SourceScenes().labels();
  private final List<KeptTensor> weights = new ArrayList<>();
  private final List<KeptTensor> biases = new ArrayList<>();
  private final KeptTensor head;

  /**
   * Takes over weights.
   *
   * @param tensors checked tensors; borrowed, copied to the device
   * @param device where the network runs
   */
  ShapeNet(ShapeNetWeights tensors, Device device) {
    for (Convolution layer : Convolution.NETWORK) {
      Tensor weight = onDevice(tensors.get(layer.weightName()), device);
      weights.add(new KeptTensor(weight.contiguous(MemoryFormat.ChannelsLast)));
      biases.add(new KeptTensor(onDevice(tensors.get(layer.biasName()), device)));
    }
    head = new KeptTensor(onDevice(tensors.get(Convolution.HEAD), device));
  }

  private static Tensor onDevice(Tensor tensor, Device device) {
    return tensor.to(device, ScalarType.Float).detach().set_requires_grad(false);
  }

  @Override
  public int sourceLabels() {
    return labels.size();
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public ImageSize inputSize() {
    return ImageSize.square(Convolution.INPUT_SIDE);
  }

  @Override
  public Normalization normalization() {
    return NORMALIZATION;
  }

  @Override
  public Tensor features(Tensor x) {
    Tensor at = x.contiguous(MemoryFormat.ChannelsLast);
    for (int i = 0; i < weights.size(); i++) {
      Convolution layer = Convolution.NETWORK.get(i);
      at =
          layer.activate(
              layer.apply(at, weights.get(i).get(), new TensorOptional(biases.get(i).get())));
    }
    return Convolution.pool(at);
  }

  @Override
  public Tensor weight() {
    return head.get();
  }

  @Override
  public Tensor forward(Tensor x) {
    return features(x).matmul(head.get());
  }

  @Override
  public void close() {
    weights.forEach(KeptTensor::close);
    biases.forEach(KeptTensor::close);
    head.close();
  }
}
