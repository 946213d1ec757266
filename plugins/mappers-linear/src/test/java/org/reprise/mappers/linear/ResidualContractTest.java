package org.reprise.mappers.linear;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.support.CountingMapper;
import org.reprise.testkit.LabelMapperContract;

final class ResidualContractTest extends LabelMapperContract {
  @Override
  protected LabelMapper create(LabelMapperContext context) {
    return ResidualLabelMapper.behind(likelihood(context), 0.001, context);
  }

  /** Counts, with one added to each, and divided by their column. */
  static LabelMapper likelihood(LabelMapperContext context) {
    return new CountingMapper(context) {
      @Override
      protected Tensor omega(Tensor counts) {
        Tensor smoothed = counts.add(new Scalar(1.0));
        return smoothed.div(smoothed.sum(new long[] {0}).unsqueeze(0));
      }
    };
  }
}
