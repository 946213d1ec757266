package org.reprise.backbones.torchvision;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.Pass;
import org.reprise.api.data.ImageSize;
import org.reprise.networks.FrozenNetwork;
import org.reprise.networks.NetworkPass;
import org.reprise.networks.OperationListNetwork;

/** A frozen network with its labels. Owns the network. */
record TorchvisionBackbone(FrozenNetwork network, List<String> labels, ImageSize inputSize)
    implements Backbone {

  @Override
  public int sourceLabels() {
    return labels.size();
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
    return network instanceof OperationListNetwork list
        ? new NetworkPass(list, promptFixed)
        : Backbone.super.pass(promptFixed);
  }

  @Override
  public void close() {
    network.close();
  }
}
