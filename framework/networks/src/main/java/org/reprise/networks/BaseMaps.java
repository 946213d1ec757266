package org.reprise.networks;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.KeptTensor;

/**
 * The maps of the frame alone, at batch 1: what all samples share outside their windows. Inside the
 * windows the maps hold what the frame would give there, which nothing reads.
 */
final class BaseMaps implements AutoCloseable {
  private final KeptTensor frame;
  private final List<Step> steps = new ArrayList<>();

  /**
   * Computes the maps. To be called without autograd.
   *
   * @param plan how far
   * @param hand computes
   * @param frame {@code [1,3,H,W]}
   */
  BaseMaps(WindowPlan plan, ByHand hand, Tensor frame) {
    this.frame = new KeptTensor(frame);
    for (Operation operation : plan.list().operations().subList(0, plan.operations())) {
      try (PointerScope scope = new PointerScope()) {
        steps.add(hand.whole(operation, operation.inputs().stream().map(this::map).toList()));
      }
    }
  }

  /** Returns the map of a value, {@code [1,C,H,W]}; this object's. */
  Tensor map(int value) {
    return value == 0 ? frame.get() : steps.get(value - 1).result().get();
  }

  /** Returns what computed a value. */
  Step step(int operation) {
    return steps.get(operation);
  }

  /** Frees the maps and keeps what gradients need. */
  void forgetMaps() {
    frame.close();
    steps.forEach(step -> step.result().close());
  }

  @Override
  public void close() {
    frame.close();
    steps.forEach(Step::close);
  }
}
