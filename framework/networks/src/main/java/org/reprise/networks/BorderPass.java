package org.reprise.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.reprise.api.KeptTensor;

/**
 * One batch through the operations of a plan: each sample only in the windows, read together with
 * the frame's maps around them. To be called without autograd.
 */
final class BorderPass implements AutoCloseable {
  private static final int COLOURS = 3;

  private final WindowPlan plan;
  private final ByHand hand;
  private final MemoryFormat format;
  private final BaseMaps base;
  private final KeptTensor[] values;
  private final List<Step> steps = new ArrayList<>();
  private final boolean[] wanted;

  /**
   * A pass for one batch.
   *
   * @param plan how far
   * @param hand computes
   * @param format layout of the maps
   * @param base the frame's maps; borrowed
   */
  BorderPass(WindowPlan plan, ByHand hand, MemoryFormat format, BaseMaps base) {
    this.plan = plan;
    this.hand = hand;
    this.format = format;
    this.base = base;
    this.values = new KeptTensor[plan.operations() + 1];
    this.wanted = new boolean[plan.operations() + 1];
  }

  /**
   * Computes the last value of the plan.
   *
   * @param window {@code [N,3,h,w]}, what is inside the input's window
   * @param windowWanted whether its gradient will be asked for
   * @return {@code [N,C,H,W]}, the whole map; the caller's scope's
   */
  Tensor forward(Tensor window, boolean windowWanted) {
    List<Operation> operations = plan.list().operations();
    JoinedSums sums = JoinedSums.of(plan.list(), this::addsAtOnce);
    values[0] = new KeptTensor(window);
    wanted[0] = windowWanted;
    for (int i = 0; i < plan.operations(); i++) {
      values[i + 1] = new KeptTensor();
      if (!sums.isJoined(i)) {
        try (PointerScope scope = new PointerScope()) {
          Step step = step(i, sums);
          steps.add(step);
          values[i + 1] = step.result();
        }
      }
      for (int input : operations.get(i).inputs()) {
        wanted[i + 1] |= wanted[input] || !plan.window(input).holds(plan.needed(i));
      }
      sums.doneAfter(i).forEach(value -> values[value].close());
    }
    int last = plan.operations();
    return Scoped.compute(() -> covering(last, plan.map(last), 0));
  }

  // where both windows are one, so that the convolution's result is read as it is
  private boolean addsAtOnce(
      Operation.Convolution convolution, int made, Operation.Add sum, int result) {
    return result <= plan.operations()
        && plan.window(made).equals(plan.window(result))
        && hand.addsAtOnce(convolution, sum);
  }

  private Step step(int index, JoinedSums sums) {
    Optional<JoinedSums.Joined> joined = sums.at(index);
    if (joined.isPresent()) {
      JoinedSums.Joined sum = joined.get();
      Tensor x = covering(sum.convolution().input(), plan.needed(sum.index()), 0);
      return hand.part(sum, x, covering(sum.other(), plan.needed(index), 0));
    }
    Operation operation = plan.list().operations().get(index);
    Area needed = plan.needed(index);
    double beyond = operation instanceof Operation.MaxPool ? Double.NEGATIVE_INFINITY : 0;
    return hand.part(
        operation,
        operation.inputs().stream().map(value -> covering(value, needed, beyond)).toList());
  }

  // what an operation reads: each sample's own inside, the frame's map around it, then the padding
  private Tensor covering(int value, Area area, double beyond) {
    Tensor own = values[value].get();
    Area window = plan.window(value);
    if (window.holds(area)) {
      return Parts.of(own, window, area);
    }
    Tensor all =
        torch.empty(
            new long[] {own.size(0), own.size(1), area.rows().length(), area.columns().length()},
            own.options(),
            new MemoryFormatOptional(format));
    Area inner = area.meet(window);
    Area map = plan.map(value);
    for (Area strip : area.around(inner)) {
      Area known = strip.meet(map);
      if (!known.equals(strip)) {
        Parts.of(all, area, strip).fill_(new Scalar(beyond));
      }
      if (known.pixels() > 0) {
        Parts.of(all, area, known).copy_(Parts.of(base.map(value), map, known));
      }
    }
    if (inner.pixels() > 0) {
      Parts.of(all, area, inner).copy_(Parts.of(own, window, inner));
    }
    return all;
  }

  /** Gradients of a pass's two inputs, kept until closed. */
  record Gradients(KeptTensor frame, KeptTensor window) implements AutoCloseable {
    @Override
    public void close() {
      frame.close();
      window.close();
    }
  }

  /**
   * Computes the gradients of frame and window.
   *
   * @param g {@code [N,C,H,W]}, gradient of what {@link #forward} returned
   * @return {@code [1,3,H,W]} and {@code [N,3,h,w]}, the latter only if it was wanted; the caller's
   */
  Gradients backward(Tensor g) {
    int last = plan.operations();
    KeptTensor[] ofWindows = holders(last + 1);
    KeptTensor[] ofMaps = holders(last + 1);
    try (PointerScope scope = new PointerScope()) {
      divide(last, plan.map(last), g, ofWindows, ofMaps);
    }
    for (int i = last - 1; i >= 0; i--) {
      Operation operation = plan.list().operations().get(i);
      try (PointerScope scope = new PointerScope();
          Step step = steps.get(i)) {
        if (ofWindows[i + 1].isSet()) {
          Tensor inputs = inputGradient(operation, step, ofWindows[i + 1].get());
          for (int input : operation.inputs()) {
            divide(input, plan.needed(i), inputs, ofWindows, ofMaps);
          }
        }
        if (ofMaps[i + 1].isSet()) {
          Step whole = base.step(i);
          Tensor inputs = whole.inputGradient().apply(whole.beforeActivation(ofMaps[i + 1].get()));
          for (int input : operation.inputs()) {
            add(ofMaps[input], inputs);
          }
        }
      }
      ofWindows[i + 1].close();
      ofMaps[i + 1].close();
    }
    try (PointerScope scope = new PointerScope()) {
      // strides may skip all pixels of the one or of the other
      if (!ofMaps[0].isSet()) {
        ofMaps[0].set(nothing(1, plan.map(0), g));
      }
      if (wanted[0] && !ofWindows[0].isSet()) {
        ofWindows[0].set(nothing(g.size(0), plan.window(0), g));
      }
    }
    return new Gradients(ofMaps[0], ofWindows[0]);
  }

  private static KeptTensor[] holders(int count) {
    KeptTensor[] holders = new KeptTensor[count];
    for (int i = 0; i < count; i++) {
      holders[i] = new KeptTensor();
    }
    return holders;
  }

  // Where only the frame's part of the gradient is wanted, samples can be summed before the
  // operation instead of behind it: the first convolution's gradient then costs one sample's.
  private Tensor inputGradient(Operation operation, Step step, Tensor g) {
    Tensor before = step.beforeActivation(g);
    boolean inside = operation.inputs().stream().anyMatch(input -> wanted[input]);
    return step.inputGradient().apply(inside || !step.isLinear() ? before : sum(before));
  }

  private static Tensor sum(Tensor samples) {
    return samples.sum(new long[] {0}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
  }

  // the inside is each sample's; what lies around it came from the frame, once for all samples
  private void divide(int value, Area area, Tensor g, KeptTensor[] ofWindows, KeptTensor[] ofMaps) {
    Area window = plan.window(value);
    Area map = plan.map(value);
    Area inner = area.meet(window);
    for (Area strip : area.around(inner)) {
      Area known = strip.meet(map);
      if (known.pixels() > 0) {
        if (!ofMaps[value].isSet()) {
          ofMaps[value].set(zeros(1, map, g));
        }
        Parts.of(ofMaps[value].get(), map, known).add_(sum(Parts.of(g, area, known)));
      }
    }
    if (wanted[value] && inner.pixels() > 0) {
      Tensor own = Parts.of(g, area, inner);
      if (!inner.equals(window)) {
        Tensor all = zeros(g.size(0), window, g);
        Parts.of(all, window, inner).copy_(own);
        own = all;
      }
      add(ofWindows[value], own);
    }
  }

  private Tensor zeros(long samples, Area area, Tensor like) {
    return torch
        .empty(
            new long[] {samples, like.size(1), area.rows().length(), area.columns().length()},
            like.options(),
            new MemoryFormatOptional(format))
        .zero_();
  }

  private static Tensor nothing(long samples, Area area, Tensor like) {
    return torch.zeros(
        new long[] {samples, COLOURS, area.rows().length(), area.columns().length()},
        like.options());
  }

  // out of place: gradients are shared by the two inputs of a sum
  private static void add(KeptTensor sum, Tensor summand) {
    sum.set(sum.isSet() ? sum.get().add(summand) : summand);
  }

  @Override
  public void close() {
    if (values[0] != null) {
      values[0].close();
    }
    steps.forEach(Step::close);
  }
}
