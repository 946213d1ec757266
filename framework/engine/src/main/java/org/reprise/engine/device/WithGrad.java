package org.reprise.engine.device;

import org.bytedeco.pytorch.GradMode;

/** Gradients on this thread until closed, as {@code torch.enable_grad}. */
public final class WithGrad implements AutoCloseable {
  private final boolean before = GradMode.is_enabled();

  /** Switches gradients on. */
  public WithGrad() {
    GradMode.set_enabled(true);
  }

  @Override
  public void close() {
    GradMode.set_enabled(before);
  }
}
