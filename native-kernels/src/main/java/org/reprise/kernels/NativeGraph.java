package org.reprise.kernels;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * One {@code at::cuda::CUDAGraph} of the libtorch that this process has loaded. For one thread. The
 * current stream, which must not be a device's default one, is recorded.
 */
public final class NativeGraph implements AutoCloseable {
  private long address;

  NativeGraph() {
    try (PointerPointer<?> made = new PointerPointer<>(1)) {
      require(NativeCounts.reprise_graph_new(made.address()));
      address = made.get().address();
    }
  }

  /**
   * Begins recording.
   *
   * @throws IllegalStateException in libtorch's words if it cannot
   */
  public void begin() {
    require(NativeCounts.reprise_graph_begin(address));
  }

  /**
   * Ends recording; the work can be replayed from now on.
   *
   * @throws IllegalStateException in libtorch's words if something that cannot be recorded was done
   */
  public void end() {
    require(NativeCounts.reprise_graph_end(address));
  }

  /** Ends a recording that has failed, so that the stream works again. */
  public void abandon() {
    NativeCounts.reprise_graph_end(address); // fails, as it must
  }

  /**
   * Hands what was recorded to the current stream.
   *
   * @throws IllegalStateException in libtorch's words if nothing was recorded or the device fails
   */
  public void replay() {
    require(NativeCounts.reprise_graph_replay(address));
  }

  /** Frees it. May be called twice. */
  @Override
  public void close() {
    if (address != 0) {
      NativeCounts.reprise_graph_free(address);
      address = 0;
    }
  }

  private static void require(int error) {
    if (error != 0) {
      BytePointer words = NativeCounts.reprise_graph_message();
      throw new IllegalStateException(
          words.getString().lines().findFirst().orElse("CUDA graph: error " + error));
    }
  }
}
