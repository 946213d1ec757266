package org.reprise.backbones.torchvision;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.Pass;
import org.reprise.api.backbone.Unfreezable;
import org.reprise.api.data.ImageSize;
import org.reprise.api.training.ParameterGroup;
import org.reprise.networks.HeadedNetwork;
import org.reprise.support.SavedState;

/**
 * A network that ends in a matrix product, with its labels. Frozen until its weights are to be
 * trained; batch-norms stay folded into the convolutions then. Owns the network.
 */
final class HeadedBackbone implements Backbone, Head, Unfreezable, Capturable {
  private final HeadedNetwork network;
  private final List<String> labels;
  private final ImageSize inputSize;
  private final KeptTensor weight;

  HeadedBackbone(HeadedNetwork network, List<String> labels, ImageSize inputSize) {
    this.network = network;
    this.labels = labels;
    this.inputSize = inputSize;
    this.weight = new KeptTensor(network.lastWeight().t());
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
    return inputSize;
  }

  @Override
  public Normalization normalization() {
    return Normalization.IMAGENET;
  }

  @Override
  public Tensor forward(Tensor x) {
    return network.forward(x);
  }

  @Override
  public Pass pass(boolean promptFixed) {
    return network.pass(promptFixed);
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
  public Tensor features(Tensor x) {
    return network.features(x);
  }

  @Override
  public Pass featurePass(boolean promptFixed) {
    return network.featurePass(promptFixed);
  }

  @Override
  public Tensor weight() {
    return weight.get();
  }

  @Override
  public Optional<Tensor> bias() {
    return Optional.of(network.lastBias());
  }

  @Override
  public List<ParameterGroup> unfreeze() {
    network.store().train();
    weight.set(network.lastWeight().detach().t()); // follows what is trained
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
    weight.close();
    network.close();
  }
}
