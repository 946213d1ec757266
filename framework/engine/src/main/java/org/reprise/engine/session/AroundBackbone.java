package org.reprise.engine.session;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.Capturable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.closing.Closing;

/** Another network, taken over: what a subclass does not say otherwise is as there. */
abstract class AroundBackbone implements Backbone, Capturable {
  final Backbone network;

  AroundBackbone(Backbone network) {
    this.network = network;
  }

  @Override
  public int sourceLabels() {
    return network.sourceLabels();
  }

  @Override
  public List<String> labels() {
    return network.labels();
  }

  @Override
  public ImageSize inputSize() {
    return network.inputSize();
  }

  @Override
  public Normalization normalization() {
    return network.normalization();
  }

  @Override
  public Tensor forward(Tensor x) {
    return network.forward(x);
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
  public Optional<String> notCapturable() {
    return Capturable.whyNot(network);
  }

  @Override
  public void close() {
    Closing.all(network);
  }
}
