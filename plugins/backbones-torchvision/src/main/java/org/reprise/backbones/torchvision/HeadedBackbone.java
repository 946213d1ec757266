package org.reprise.backbones.torchvision;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.KeptTensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.Pass;
import org.reprise.api.data.ImageSize;
import org.reprise.networks.HeadedNetwork;

/** A frozen network that ends in a matrix product, with its labels. Owns the network. */
final class HeadedBackbone implements Backbone, Head {
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
  public void close() {
    weight.close();
    network.close();
  }
}
