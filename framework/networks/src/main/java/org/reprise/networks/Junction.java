package org.reprise.networks;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;

/**
 * Joins a pass computed without autograd to the graph around it. Its result depends, in the graph,
 * on frame and window by a sum with zero; a hook on the result computes the true gradients, and
 * hooks on the inputs hand them over in place of the zeros'. For one backward pass.
 */
final class Junction implements AutoCloseable {
  private final BorderPass pass;
  private final BaseMaps base;
  private final List<TensorTensorHook> hooks = new ArrayList<>();
  private BorderPass.Gradients gradients;
  private boolean closed;

  /**
   * Makes a junction.
   *
   * @param pass that made the result; owned from now on
   * @param base its maps; owned from now on
   */
  Junction(BorderPass pass, BaseMaps base) {
    this.pass = pass;
    this.base = base;
  }

  /**
   * Joins. To be called with autograd.
   *
   * @param frame input of the pass
   * @param window input of the pass
   * @param result of the pass, not part of any graph; overwritten by the same
   * @return the result as part of the inputs' graph
   */
  Tensor join(Tensor frame, Tensor window, Tensor result) {
    if (frame.requires_grad()) {
      result.add_(link(frame, () -> gradients.frame().get()).to(result.scalar_type()));
    }
    if (window.requires_grad()) {
      result.add_(link(window, () -> gradients.window().get()).to(result.scalar_type()));
    }
    result.register_hook(hook(this::backward));
    return result;
  }

  private interface Gradient {
    Tensor get();
  }

  private interface Change {
    TensorBase of(TensorBase gradient);
  }

  private Tensor link(Tensor input, Gradient gradient) {
    Tensor alias = input.alias();
    alias.register_hook(hook(zeros -> gradient.get()));
    return alias.flatten().narrow(0, 0, 1).mul(new Scalar(0.0)).nan_to_num();
  }

  private TensorBase backward(TensorBase g) {
    if (closed || gradients != null) {
      throw new IllegalStateException(
          "a shared border's graph serves one backward pass, before the next but one forward pass");
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      gradients = pass.backward(new Tensor(g));
    }
    pass.close();
    base.close();
    return g;
  }

  private TensorTensorHook hook(Change change) {
    TensorTensorHook hook =
        new TensorTensorHook() {
          @Override
          public TensorBase call(TensorBase gradient) {
            return change.of(gradient);
          }
        };
    hook.retainReference(); // libtorch calls it as long as the graph lives
    hooks.add(hook);
    return hook;
  }

  /** Tells whether the backward pass has been. */
  boolean isDone() {
    return gradients != null;
  }

  @Override
  public void close() {
    closed = true;
    pass.close();
    base.close();
    if (gradients != null) {
      gradients.close();
    }
    hooks.forEach(TensorTensorHook::releaseReference);
    hooks.clear();
  }
}
