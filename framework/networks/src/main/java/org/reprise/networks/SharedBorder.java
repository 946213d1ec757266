package org.reprise.networks;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.backbone.NetworkInput.Framed;

/**
 * Executes a frozen network on samples that differ only inside a window of their input, as an image
 * in a frame does. What depends on the frame alone is computed once for the batch, each sample only
 * where its own pixels reach. Every number is the sum of the same products as in plain execution.
 *
 * <p>Used from one thread at a time. A result's graph serves one backward pass, and must not be run
 * backward once this object is closed.
 */
public final class SharedBorder implements AutoCloseable {
  private final OperationListNetwork network;
  private final boolean frameFixed;
  private final List<Junction> junctions = new ArrayList<>();
  private WindowPlan plan;
  private WindowPlan keptFor;
  private BaseMaps kept;

  /**
   * An execution.
   *
   * @param network what to run, in its frozen form; borrowed
   * @param frameFixed whether all calls without gradients have the same frame, so that its maps can
   *     be kept from the first
   */
  public SharedBorder(OperationListNetwork network, boolean frameFixed) {
    this.network = network;
    this.frameFixed = frameFixed;
  }

  /**
   * Makes the plan for a geometry.
   *
   * @param network any
   * @param input area of the whole input
   * @param inside where samples differ
   * @return the plan; without operations where this execution does not apply, because windows do
   *     not pay or the network is not in its frozen form
   */
  public static WindowPlan plan(OperationListNetwork network, Area input, Area inside) {
    return network.isFolded()
        ? WindowPlan.of(network.list(), input, inside)
        : WindowPlan.of(new OperationList(List.of()), input, inside);
  }

  /**
   * Tells whether this execution applies.
   *
   * @param input sizes and place of a window
   * @return true if the plan for them has operations
   */
  public boolean pays(Framed input) {
    return planFor(input).operations() > 0;
  }

  /**
   * Runs the network.
   *
   * @param input frame and windows
   * @return the network's result for the samples, part of the graph of frame and windows; the
   *     caller's scope's
   * @throws IllegalArgumentException if this execution does not apply
   */
  public Tensor run(Framed input) {
    WindowPlan current = planFor(input);
    if (current.operations() == 0) {
      throw new IllegalArgumentException(
          "windows do not pay for " + current.window(0) + " in " + current.map(0));
    }
    Tensor frame = input.frame();
    Tensor window = input.window();
    boolean taped = GradMode.is_enabled() && (frame.requires_grad() || window.requires_grad());
    dropDone();
    return Scoped.compute(
        () -> network.forward(current.operations(), joined(current, frame, window, taped)));
  }

  private WindowPlan planFor(Framed input) {
    Tensor window = input.window();
    Area all = Area.of((int) input.frame().size(2), (int) input.frame().size(3));
    Area inside =
        new Area(
            new Span(input.top(), input.top() + (int) window.size(2)),
            new Span(input.left(), input.left() + (int) window.size(3)));
    if (plan == null || !plan.map(0).equals(all) || !plan.window(0).equals(inside)) {
      plan = plan(network, all, inside);
    }
    return plan;
  }

  private Tensor joined(WindowPlan current, Tensor frame, Tensor window, boolean taped) {
    ByHand hand = new ByHand(network, taped);
    Junction junction;
    Tensor result;
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor inside = window.detach().contiguous(network.format());
      BaseMaps base = taped || !frameFixed ? maps(current, hand, frame) : keptMaps(current, frame);
      BorderPass pass = new BorderPass(current, hand, network.format(), base);
      result = pass.forward(inside, taped && window.requires_grad());
      if (!taped) {
        pass.close();
        if (!frameFixed) {
          base.close();
        }
        return result;
      }
      base.forgetMaps();
      junction = new Junction(pass, base);
      junctions.add(junction);
    }
    return junction.join(frame, window, result);
  }

  private BaseMaps maps(WindowPlan current, ByHand hand, Tensor frame) {
    try (PointerScope scope = new PointerScope()) {
      return new BaseMaps(current, hand, frame.detach().contiguous(network.format()));
    }
  }

  private BaseMaps keptMaps(WindowPlan current, Tensor frame) {
    if (kept == null || keptFor != current) {
      if (kept != null) {
        kept.close();
      }
      kept = maps(current, new ByHand(network, false), frame);
      keptFor = current;
    }
    return kept;
  }

  private void dropDone() {
    junctions.stream().filter(Junction::isDone).forEach(Junction::close);
    junctions.removeIf(Junction::isDone);
  }

  @Override
  public void close() {
    junctions.forEach(Junction::close);
    junctions.clear();
    if (kept != null) {
      kept.close();
      kept = null;
    }
  }
}
