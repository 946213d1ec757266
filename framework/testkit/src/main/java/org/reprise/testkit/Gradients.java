package org.reprise.testkit;

import org.bytedeco.pytorch.GradMode;

/** Gradients on or off on this thread until closed. */
final class Gradients implements AutoCloseable {
  private final boolean before = GradMode.is_enabled();

  private Gradients(boolean enabled) {
    GradMode.set_enabled(enabled);
  }

  static Gradients on() {
    return new Gradients(true);
  }

  static Gradients off() {
    return new Gradients(false);
  }

  @Override
  public void close() {
    GradMode.set_enabled(before);
  }
}
