package org.reprise.mappers.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.Trainable;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.RuleSpec;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
final class ResidualLabelMapperTest {
  private static final FakeLabelMapperContext CONTEXT = new FakeLabelMapperContext(7, 3, 1);

  @Test
  void beginsAsTheMappingThatItStandsBehind() {
    Tensor logits = torch.randn(20, 7);
    Tensor labels =
        torch
            .arange(new org.bytedeco.pytorch.Scalar(20))
            .remainder(new org.bytedeco.pytorch.Scalar(3));
    try (LabelMapper plain = ResidualContractTest.likelihood(CONTEXT);
        LabelMapper mapper =
            ResidualLabelMapper.behind(ResidualContractTest.likelihood(CONTEXT), 0.02, CONTEXT)) {
      for (LabelMapper each : List.of(plain, mapper)) {
        ((EvidenceBased) each).observe(logits, labels);
        ((EvidenceBased) each).refit();
      }
      assertEqual("mapped", mapper.map(logits), plain.map(logits));
      List<ParameterGroup> groups = ((Trainable) mapper).parameters();
      assertThat(groups).hasSize(1);
      assertThat(groups.get(0).rule()).contains(new RuleSpec("adam", Map.of("lr", 0.02)));
      Tensor residual = groups.get(0).tensors().get(0);
      Tensor moved = torch.randn(3, 3);
      residual.detach().copy_(moved);
      assertClose(
          "corrected",
          mapper.map(logits),
          plain.map(logits).add(plain.map(logits).matmul(moved)),
          1e-5,
          1e-5);
    }
  }

  /** A layer with a bias is trained together with its residual. */
  @Test
  void standsBehindATrainedLayerToo() {
    LabelMapper layer =
        new LinearFactory().create(new LinearOptions(LinearOptions.Restriction.NONE), CONTEXT);
    try (LabelMapper mapper = ResidualLabelMapper.behind(layer, 0.02, CONTEXT)) {
      assertThat(mapper).isNotInstanceOf(EvidenceBased.class);
      assertThat(((Trainable) mapper).parameters()).hasSize(2);
      ((Trainable) mapper).parameters().get(1).tensors().get(0).detach().copy_(torch.randn(3, 3));
      Tensor logits = torch.randn(4, 7);
      MatrixMapping mapping = (MatrixMapping) mapper;
      assertClose(
          "affine",
          mapper.map(logits),
          logits.matmul(mapping.matrix()).add(mapping.bias().orElseThrow()),
          1e-5,
          1e-5);
    }
  }
}
