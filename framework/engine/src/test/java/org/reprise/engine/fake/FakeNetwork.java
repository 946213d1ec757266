package org.reprise.engine.fake;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.Capturable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;

/** Returns z and -z, z being the mean of the input less a half. */
public class FakeNetwork implements Backbone, Capturable {
  /** Side of every image. */
  public static final int SIDE = 2;

  private final boolean cut;
  private int closed;

  /**
   * Makes a network.
   *
   * @param cut whether its output has no gradient
   */
  public FakeNetwork(boolean cut) {
    this.cut = cut;
  }

  @Override
  public int sourceLabels() {
    return 2;
  }

  @Override
  public List<String> labels() {
    return List.of("bright", "dark");
  }

  @Override
  public ImageSize inputSize() {
    return ImageSize.square(SIDE);
  }

  @Override
  public Normalization normalization() {
    return Normalization.IDENTITY;
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor z = x.flatten(1, -1).mean(1).sub(new Scalar(0.5)).unsqueeze(1);
    Tensor logits = torch.cat(new TensorVector(z, z.neg()), 1);
    return cut ? logits.detach() : logits;
  }

  /** Returns how often it was closed. */
  public int closed() {
    return closed;
  }

  @Override
  public void close() {
    closed++;
  }
}
