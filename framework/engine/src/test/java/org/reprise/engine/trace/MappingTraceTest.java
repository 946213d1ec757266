package org.reprise.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.counting.CountsWatch;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.fake.FakePrompt;
import org.reprise.engine.fake.Told;
import org.reprise.engine.record.MappingDrift;
import org.reprise.engine.training.Model;
import org.reprise.testkit.NativeScope;

/** What is kept of a mapping, against sums over plain arrays. */
@ExtendWith(NativeScope.class)
class MappingTraceTest {
  private static final int KS = 40;
  private static final int KT = 6;

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private float[] matrix(boolean negative) {
    System.out.println("MappingTraceTest: -Dreprise.seed=" + seed);
    float[] values = new float[KS * KT];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - (negative ? 0.5f : 0);
    }
    return values;
  }

  private static Tensor tensor(float... values) {
    return Tensor.create(values, KS, KT);
  }

  private static MappingTrace trace(CountsWatch watch) {
    return new MappingTrace(new Model(null, null, null, KT), watch);
  }

  @Test
  void movementAndEntropyAreThoseOfTheDefinition() {
    float[] before = matrix(true);
    float[] now = before.clone();
    for (int s = 0; s < KS; s++) {
      now[s * KT + 2] = 0; // a column without mass
      now[s * KT + 4] = s == 7 ? 1 : 0; // one source label
      now[s * KT + 1] *= -1; // as strong as before
    }
    try (MappingTrace trace = trace(new CountsWatch())) {
      MappingDrift first = trace.evaluated(tensor(before));
      assertThat(first.changed()).isEmpty();
      assertThat(first.moved()).isEmpty();

      MappingDrift second = trace.evaluated(tensor(now));

      double[] entropies = new double[KT];
      double moved = 0;
      double all = 0;
      int changed = 0;
      for (int t = 0; t < KT; t++) {
        double sum = 0;
        int strongest = 0;
        int strongestBefore = 0;
        for (int s = 0; s < KS; s++) {
          int at = s * KT + t;
          sum += Math.abs(now[at]);
          moved += Math.abs(now[at] - before[at]);
          all += Math.abs(now[at]) + Math.abs(before[at]);
          strongest = Math.abs(now[at]) > Math.abs(now[strongest * KT + t]) ? s : strongest;
          strongestBefore =
              Math.abs(before[at]) > Math.abs(before[strongestBefore * KT + t])
                  ? s
                  : strongestBefore;
        }
        changed += strongest == strongestBefore ? 0 : 1;
        for (int s = 0; s < KS && sum > 0; s++) {
          double share = Math.abs(now[s * KT + t]) / sum;
          entropies[t] -= share > 0 ? share * Math.log(share) / Math.log(2) : 0;
        }
      }
      assertThat(entropies[2]).isZero();
      assertThat(entropies[4]).isZero();
      assertThat(second.entropy())
          .isCloseTo(Arrays.stream(entropies).average().orElseThrow(), within(1e-4));
      Arrays.sort(entropies);
      assertThat(second.quartiles()).hasSize(5);
      assertThat(second.quartiles().get(0)).isCloseTo(entropies[0], within(1e-4));
      assertThat(second.quartiles().get(2))
          .isCloseTo((entropies[2] + entropies[3]) / 2, within(1e-4));
      assertThat(second.quartiles().get(4)).isCloseTo(entropies[5], within(1e-4));
      assertThat(second.changed()).hasValueCloseTo((double) changed / KT, within(1e-6));
      assertThat(second.moved()).hasValueCloseTo(moved / all, within(1e-5));
      assertThat(trace.evaluated(tensor(now)).moved()).hasValue(0);
    }
  }

  @Test
  void theLargestEntriesComeFirstWithTheirCounts() {
    float[] values = matrix(true);
    float[] joint = new float[KS * KT];
    for (int i = 0; i < joint.length; i++) {
      joint[i] = random.nextInt(50);
    }
    MappingCells cells = MappingCells.of(tensor(values));
    Map<String, Tensor> evidence = cells.evidence(tensor(joint));

    double[] ids = Told.values(cells.ids());
    double[] weights = Told.values(cells.weights());
    double[] counts = Told.values(evidence.get("counts"));
    assertThat(ids).hasSize(KT * KS); // fewer than are kept
    for (int t = 0; t < KT; t++) {
      double total = 0;
      for (int k = 0; k < KS; k++) {
        int at = t * KS + k;
        int cell = ((int) ids[at]) * KT + t;
        assertThat(weights[at]).isEqualTo(values[cell]);
        assertThat(counts[at]).isEqualTo(joint[cell]);
        total += joint[cell];
        if (k > 0) {
          assertThat(Math.abs(weights[at])).isLessThanOrEqualTo(Math.abs(weights[at - 1]));
        }
      }
      assertThat(Told.values(evidence.get("target_totals"))[t]).isEqualTo(total);
    }
    assertThat(Told.values(evidence.get("source_totals"))).hasSize(KS);
  }

  /** A mapping that is set from outside. */
  private static final class Given implements LabelMapper, MatrixMapping {
    private float[] values;

    @Override
    public Tensor matrix() {
      return tensor(values);
    }

    @Override
    public Tensor map(Tensor logits) {
      return logits.matmul(matrix());
    }

    @Override
    public void close() {}
  }

  /**
   * The fast edition's order: evaluate, refit, checkpoint. What was counted belongs to the mapping
   * that was made of it, which is the next epoch's.
   */
  @Test
  void countsGoWithTheMappingThatWasMadeOfThem() {
    Given mapper = new Given();
    CountsWatch watch = new CountsWatch();
    Model model = modelOf(mapper);
    Map<String, Tensor> saved = new HashMap<>();
    float[] second = matrix(false);
    try (JointCounts counts =
            watch.over(CountingPath.of(ComputeDevice.resolve("cpu")).newJointCounts(KS, KT));
        MappingTrace trace = new MappingTrace(model, watch)) {
      mapper.values = matrix(false);
      count(counts, 3, 1);
      counts.clear(); // a pass before the epoch, which made this mapping
      trace.evaluated(mapper.matrix());
      count(counts, 5, 2);
      count(counts, 5, 2);
      mapper.values = second; // refitted
      counts.clear();
      trace.state().forEach((name, tensor) -> saved.put(name, tensor.clone()));
    }
    assertThat(total(saved, "trace.mapping.")).isEqualTo(1);
    assertThat(total(saved, "trace.next.")).isEqualTo(2);

    // gone on from there, as if nothing had happened
    try (MappingTrace resumed = new MappingTrace(model, new CountsWatch())) {
      resumed.restore(saved);
      resumed.evaluated(tensor(second));
      Map<String, Tensor> later = resumed.state();
      assertThat(total(later, "trace.mapping.")).isEqualTo(2);
      assertThat(total(later, "trace.next.")).isEqualTo(2); // nothing was refitted since

      resumed.evaluated(tensor(matrix(false))); // trained further: made of no counts
      assertThat(resumed.state()).isEmpty();
    }
  }

  private static void count(JointCounts counts, int source, int target) {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = torch.zeros(1, KS);
      logits.select(1, source).fill_(new Scalar(1.0f));
      counts.addArgmax(logits, Tensor.create(new long[] {target}));
    }
  }

  private static double total(Map<String, Tensor> state, String prefix) {
    return Arrays.stream(Told.values(state.get(prefix + "source_totals"))).sum();
  }

  private static Model modelOf(LabelMapper mapper) {
    return new Model(new FakePrompt(), new Wide(), mapper, KT);
  }

  /** A network of more outputs than the fake one; never run. */
  private static final class Wide implements Backbone {
    @Override
    public int sourceLabels() {
      return KS;
    }

    @Override
    public List<String> labels() {
      return Collections.nCopies(KS, "label");
    }

    @Override
    public ImageSize inputSize() {
      return ImageSize.square(1);
    }

    @Override
    public Normalization normalization() {
      return Normalization.IDENTITY;
    }

    @Override
    public Tensor forward(Tensor x) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
