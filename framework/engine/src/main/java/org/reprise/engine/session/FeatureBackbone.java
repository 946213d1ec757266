package org.reprise.engine.session;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.Pass;
import org.reprise.api.backbone.PreparedInput;
import org.reprise.api.data.ImagePreparation;

/** A network whose source labels are the features before its last product. */
class FeatureBackbone extends AroundBackbone {
  private final Head head;

  private FeatureBackbone(Backbone network, Head head) {
    super(network);
    this.head = head;
  }

  /**
   * Takes over a network.
   *
   * @param network with a head; closed with the result
   * @param head the same object
   */
  static FeatureBackbone of(Backbone network, Head head) {
    return network instanceof PreparedInput prepared
        ? new Prepared(network, head, prepared.preparation())
        : new FeatureBackbone(network, head);
  }

  /** One that says how images are to be resized and cropped for it. */
  private static final class Prepared extends FeatureBackbone implements PreparedInput {
    private final ImagePreparation preparation;

    Prepared(Backbone network, Head head, ImagePreparation preparation) {
      super(network, head);
      this.preparation = preparation;
    }

    @Override
    public ImagePreparation preparation() {
      return preparation;
    }
  }

  @Override
  public int sourceLabels() {
    return Math.toIntExact(head.weight().size(0));
  }

  @Override
  public List<String> labels() {
    return IntStream.range(0, sourceLabels()).mapToObj(i -> "feature " + i).toList();
  }

  @Override
  public Tensor forward(Tensor x) {
    return head.features(x);
  }

  @Override
  public Pass pass(boolean promptFixed) {
    return head.featurePass(promptFixed);
  }
}
