package org.reprise.engine.device;

import org.bytedeco.pytorch.GradMode;

/** No gradients on this thread until closed, as {@code torch.no_grad}. */
public final class NoGrad implements AutoCloseable {
  private final boolean before = GradMode.is_enabled();

  /** Switches gradients off. */
  public NoGrad() {
    GradMode.set_enabled(false);
  }

  @Override
  public void close() {
    GradMode.set_enabled(before);
  }
}
