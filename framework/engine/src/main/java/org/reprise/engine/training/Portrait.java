package org.reprise.engine.training;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.RunEvent;
import org.reprise.engine.device.NoGrad;

/** What a model has learned, in a form that people look at. */
final class Portrait {
  private static final double MID_GREY = 0.5;

  private Portrait() {}

  /**
   * Draws.
   *
   * @param model borrowed
   * @param device where it lies
   * @param epoch which
   * @return the event, its tensors in the caller's scope
   */
  static RunEvent.Learned of(Model model, Device device, int epoch) {
    try (NoGrad noGrad = new NoGrad()) {
      ImageSize size = model.prompt().preparation(Split.TEST).size();
      Tensor grey =
          torch
              .full(new long[] {1, 3, size.height(), size.width()}, new Scalar(MID_GREY))
              .to(device, ScalarType.Float);
      Tensor input = model.input(grey, Purpose.EVALUATION).whole().cpu();
      Normalization normalization = model.backbone().normalization();
      Tensor picture =
          input.mul(channels(normalization.std())).add(channels(normalization.mean())).contiguous();
      Optional<Tensor> mapping =
          model.mapper() instanceof MatrixMapping matrix
              ? Optional.of(matrix.matrix().cpu().contiguous())
              : Optional.empty();
      return new RunEvent.Learned(epoch, picture, mapping);
    }
  }

  private static Tensor channels(List<Double> values) {
    float[] each = new float[values.size()];
    for (int i = 0; i < each.length; i++) {
      each[i] = values.get(i).floatValue();
    }
    return Tensor.create(each).reshape(-1, 1, 1);
  }
}
