package org.reprise.engine.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.Random;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.JointCounts;
import org.reprise.engine.counting.CountingPath.Kind;
import org.reprise.engine.counting.CountingPath.Wish;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.testkit.OracleJointCounts;

/** What the API says of joint counts, on a GPU: {@code -Dgroups=gpu -Dtest.excludedGroups=}. */
@Tag("gpu")
class GpuJointCountsTest {
  private final long seed = Long.getLong("reprise.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @BeforeAll
  static void needsGpu() {
    Loader.load(torch.class);
    assumeTrue(torch.cuda_is_available(), "libtorch finds no GPU");
  }

  @ParameterizedTest
  @EnumSource(
      value = Wish.class,
      names = {"CUDA", "TORCH"})
  void agreeWithTheDefinition(Wish wish) {
    System.out.println("GpuJointCountsTest: -Dreprise.test.seed=" + seed);
    for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.BFloat16}) {
      for (int sources : new int[] {1, 10, 1000, 1001, 9000}) {
        check(wish, type, sources, 1 + random.nextInt(20), 1 + random.nextInt(60));
      }
    }
  }

  private void check(Wish wish, ScalarType type, int sources, int targets, int rows) {
    CountingPath path = CountingPath.of(new ComputeDevice("cuda:0"), wish);
    assertThat(path.kind()).isEqualTo(wish == Wish.CUDA ? Kind.CUDA : Kind.TORCH);
    int k = 1 + random.nextInt(Math.min(sources, 60));
    try (PointerScope scope = new PointerScope();
        JointCounts predictions = path.newJointCounts(sources, targets);
        JointCounts sums = path.newJointCounts(sources, targets);
        OracleJointCounts expectedPredictions = new OracleJointCounts(sources, targets);
        OracleJointCounts expectedSums = new OracleJointCounts(sources, targets)) {
      Device gpu = new Device("cuda:0");
      Tensor logits = torch.randn(rows, sources).mul(new Scalar(3)).to(type);
      Tensor labels = Tensor.create(random.longs(rows, 0, targets).toArray());
      Tensor ids = Tensor.create(random.longs(rows, 0, sources).toArray()).reshape(rows, 1);
      Tensor weights = torch.rand(rows, 1);
      Tensor labelsThere = labels.to(gpu, ScalarType.Long);
      predictions.addArgmax(logits.to(gpu, type), labelsThere);
      expectedPredictions.addArgmax(logits, labels);
      sums.addTopK(logits.to(gpu, type), labelsThere, k);
      expectedSums.addTopK(logits, labels, k);
      sums.add(ids.to(gpu, ScalarType.Long), weights.to(gpu, ScalarType.Float), labelsThere);
      expectedSums.add(ids, weights, labels);
      String what = "seed " + seed + ", " + wish + " " + type + " KS " + sources + " k " + k;
      assertEqual(what, predictions.counts().cpu(), expectedPredictions.counts());
      assertClose(what, sums.counts().cpu(), expectedSums.counts(), rows * 0x1p-36, 2e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Wish.class,
      names = {"CUDA", "TORCH"})
  void tellOfBadRowsAtLatestWhenRead(Wish wish) {
    CountingPath path = CountingPath.of(new ComputeDevice("cuda:0"), wish);
    try (PointerScope scope = new PointerScope();
        JointCounts counts = path.newJointCounts(7, 2)) {
      Device gpu = new Device("cuda:0");
      Tensor logits = Tensor.create(1f, 2f, 3f, Float.NaN, 5f, 6f, 7f).reshape(1, 7);
      Tensor label = Tensor.create(new long[] {1}).to(gpu, ScalarType.Long);
      assertThatThrownBy(
              () -> {
                counts.addArgmax(logits.to(gpu, ScalarType.Float), label);
                counts.counts();
              })
          .isInstanceOf(NonFiniteLogitsException.class)
          .hasMessageContaining("row 0 ");
    }
  }
}
