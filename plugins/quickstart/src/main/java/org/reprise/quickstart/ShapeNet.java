package org.reprise.quickstart;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.Pass;
import org.reprise.api.backbone.Unfreezable;
import org.reprise.api.data.ImageSize;
import org.reprise.api.training.ParameterGroup;
import org.reprise.networks.NetworkPass;
import org.reprise.networks.OperationListNetwork;
import org.reprise.networks.Parameter;
import org.reprise.networks.ParameterStore.Use;
import org.reprise.networks.Weights;
import org.reprise.support.SavedState;

/**
 * The quickstart's network, frozen unless its weights are to be trained: five convolutions, a mean
 * over the pixels and a linear head without bias; KS = 64. Batch normalisation is folded into the
 * convolutions. Float32, about 213 thousand parameters and 16 million multiply-adds an image.
 */
final class ShapeNet implements Backbone, Head, Unfreezable, Capturable {

  /** What it was trained with. */
  static final Normalization NORMALIZATION =
      new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25));

  private final List<String> labels = new SourceScenes().labels();
  private final OperationListNetwork network; // its store has the head as well

  /**
   * Takes over weights.
   *
   * @param tensors checked tensors; borrowed, copied to the device
   * @param device where the network runs
   */
  ShapeNet(ShapeNetWeights tensors, Device device) {
    network = ShapeNetLayers.LIST.freeze(new OnDevice(tensors, device), false);
    network
        .store()
        .put(ShapeNetLayers.HEAD, onDevice(tensors.get(ShapeNetLayers.HEAD), device), Use.OTHER);
  }

  private record OnDevice(ShapeNetWeights tensors, Device device) implements Weights {
    @Override
    public Tensor tensor(Parameter parameter) {
      return onDevice(tensors.get(parameter.name()), device);
    }

    @Override
    public DeviceType deviceType() {
      return device.type().intern(); // what a native call returns is not the constant itself
    }
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
    return ImageSize.square(ShapeNetLayers.INPUT_SIDE);
  }

  @Override
  public Normalization normalization() {
    return NORMALIZATION;
  }

  @Override
  public Tensor features(Tensor x) {
    return network.forward(x);
  }

  @Override
  public Pass featurePass(boolean promptFixed) {
    return new NetworkPass(network, promptFixed);
  }

  @Override
  public BorderSaving borderSaving(Framing framing) {
    return network.borderSaving(framing);
  }

  @Override
  public Optional<String> computedBy() {
    return network.computedBy();
  }

  @Override
  public Tensor weight() {
    return network.store().view().tensor(ShapeNetLayers.HEAD);
  }

  @Override
  public Tensor forward(Tensor x) {
    return features(x).matmul(weight());
  }

  @Override
  public List<ParameterGroup> unfreeze() {
    network.store().train();
    return List.of(ParameterGroup.of(state().values().toArray(Tensor[]::new)));
  }

  @Override
  public Map<String, Tensor> state() {
    return network.store().trained();
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    SavedState.copyAll(state(), state);
  }

  @Override
  public void close() {
    network.close();
  }
}
