package org.reprise.mappers.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.training.ParameterGroup;
import org.reprise.mappers.linear.LinearOptions.Init;
import org.reprise.mappers.linear.LinearOptions.Restriction;
import org.reprise.mappers.linear.LinearOptions.Trainer;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;

/** AutoVP's fully connected mapping, as recorded. */
@ExtendWith(NativeScope.class)
final class PeerLinearTest {
  private static final double TOLERANCE = 5e-6;

  @Test
  void valuesAndGradients() {
    Peer file = Peer.read("autovp_mapping");
    Peer peer = file.of("fullymap");
    LinearOptions options = new LinearOptions(Restriction.NONE, Trainer.RUN, 0.1, Init.UNIFORM);
    int sources = file.settings().get("ks").asInt();
    int targets = file.settings().get("kt").asInt();
    try (LinearLabelMapper mapper =
        new LinearLabelMapper(options, new FakeLabelMapperContext(sources, targets, 0))) {
      mapper.restore(Map.of("weight", peer.get("weight"), "bias", peer.get("bias")));
      ParameterGroup group = mapper.parameters().get(0);
      assertThat(group.rule()).isEmpty();
      List<Tensor> parameters = group.tensors();
      Tensor logits = file.get("logits").clone().requires_grad_(true);
      Tensor mapped = mapper.map(logits);
      assertClose("mapped", mapped, peer.get("out"), TOLERANCE, 0);
      mapped.mul(file.get("r")).sum().backward();
      assertClose("logits", logits.grad(), peer.get("grad_logits"), TOLERANCE, 0);
      // sums over all samples: the recorded ones are 7.5e-6 off those of float64, of up to 27
      assertClose(
          "weight",
          parameters.get(0).grad(),
          peer.get("grad.weight"),
          TOLERANCE * largest(peer.get("grad.weight")),
          0);
      assertClose("bias", parameters.get(1).grad(), peer.get("grad.bias"), TOLERANCE, 0);
    }
  }

  private static double largest(Tensor tensor) {
    return Math.max(1, DoubleStream.of(doubles(tensor)).map(Math::abs).max().orElseThrow());
  }

  @Test
  void identityTakesTheFirstSourceLabels() {
    LinearOptions options = new LinearOptions(Restriction.NONE, Trainer.RUN, 0.1, Init.IDENTITY);
    try (LinearLabelMapper mapper =
        new LinearLabelMapper(options, new FakeLabelMapperContext(5, 3, 0))) {
      assertEqual("weights", mapper.matrix(), torch.eye(5, 3));
    }
  }
}
