package org.reprise.engine.device;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Autocast as {@code torch.autocast}, on this thread until closed. In float32 it does nothing. */
public final class Autocast implements AutoCloseable {
  private final ComputeDevice device;
  private final boolean active;

  /**
   * Switches autocast on.
   *
   * @param device of the run
   * @param type bfloat16 or float16; float32 for none
   */
  public Autocast(ComputeDevice device, ScalarType type) {
    this.device = device;
    this.active = type != ScalarType.Float;
    if (active) {
      torch.set_autocast_dtype(device.type(), type);
      torch.set_autocast_cache_enabled(true);
      torch.set_autocast_enabled(device.type(), true);
      torch.increment_nesting();
    }
  }

  @Override
  public void close() {
    if (active) {
      if (torch.decrement_nesting() == 0) {
        torch.clear_cache();
      }
      torch.set_autocast_enabled(device.type(), false);
    }
  }
}
