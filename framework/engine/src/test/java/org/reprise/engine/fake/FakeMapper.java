package org.reprise.engine.fake;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.Capturable;
import org.reprise.api.KeptTensor;
import org.reprise.api.Stateful;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;

/**
 * Each column of its matrix is the share of each source label in what was counted for a target
 * label, with {@link #prior} added.
 */
public class FakeMapper implements LabelMapper, Stateful, Capturable {
  private final KeptTensor omega = new KeptTensor();
  private int closed;

  /** Makes a mapper of nothing but the prior. */
  public FakeMapper() {
    this(true);
  }

  private FakeMapper(boolean fixed) {
    if (fixed) {
      try (PointerScope scope = new PointerScope()) {
        set(torch.zeros(2, Plan.TARGETS));
      }
    }
  }

  /** Returns what is added to a cell of the counts. */
  static double prior(int source, int target) {
    return 0.1 * (1 + source + 2.5 * target * source);
  }

  /**
   * Makes a mapper that counts.
   *
   * @param counts which are closed with it
   * @param evidence when it wants some
   * @param whenClosed is told of it
   */
  public static LabelMapper counting(JointCounts counts, Evidence evidence, Runnable whenClosed) {
    return new Counting(counts, evidence, whenClosed);
  }

  final void set(Tensor counted) {
    Tensor prior = torch.zeros(2, Plan.TARGETS);
    for (int s = 0; s < 2; s++) {
      for (int t = 0; t < Plan.TARGETS; t++) {
        prior.select(0, s).select(0, t).fill_(new Scalar(prior(s, t)));
      }
    }
    Tensor sum = counted.to(ScalarType.Float).add(prior);
    omega.set(sum.div(sum.sum(new long[] {0})));
  }

  @Override
  public Tensor map(Tensor logits) {
    return logits.matmul(omega.get());
  }

  @Override
  public Map<String, Tensor> state() {
    return Map.of("omega", omega.get());
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    omega.set(state.get("omega").clone());
  }

  /** Returns how often it was closed. */
  public int closed() {
    return closed;
  }

  @Override
  public void close() {
    closed++;
    omega.close();
  }

  private static final class Counting extends FakeMapper implements EvidenceBased {
    private final JointCounts counts;
    private final Evidence evidence;
    private final Runnable whenClosed;

    Counting(JointCounts counts, Evidence evidence, Runnable whenClosed) {
      super(false);
      this.counts = counts;
      this.evidence = evidence;
      this.whenClosed = whenClosed;
    }

    @Override
    public Evidence evidence() {
      return evidence;
    }

    @Override
    public void observe(Tensor logits, Tensor labels) {
      if (logits.requires_grad()) {
        throw new AssertionError("evidence is part of the graph");
      }
      counts.addArgmax(logits, labels);
    }

    @Override
    public void refit() {
      try (PointerScope scope = new PointerScope()) {
        set(counts.counts());
      }
      counts.clear();
    }

    @Override
    public void close() {
      super.close();
      counts.close();
      whenClosed.run();
    }
  }
}
