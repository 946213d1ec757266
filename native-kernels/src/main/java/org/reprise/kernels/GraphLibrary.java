package org.reprise.kernels;

import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;

/**
 * libtorch's CUDA graphs, which its Java binding leaves out: reached by the names under which the
 * loaded {@code libtorch_cuda.so} exports them, so that nothing of CUDA is needed to build this.
 *
 * <p>The system property {@code reprise.kernels.torch} names another library.
 */
public final class GraphLibrary {
  private static final String PROPERTY = "reprise.kernels.torch";

  private GraphLibrary() {}

  /**
   * Says why there are no graphs.
   *
   * @return a clause, e.g. that the CUDA part of libtorch is not loaded; empty if there are
   */
  public static Optional<String> problem() {
    if (!KernelLibrary.isAvailable()) {
      return Optional.of("the native library is missing: " + KernelLibrary.cpuStatus());
    }
    try (BytePointer name = new BytePointer(System.getProperty(PROPERTY, "libtorch_cuda.so"))) {
      return NativeCounts.reprise_graph_open(name) == 0
          ? Optional.empty()
          : Optional.of(NativeCounts.reprise_graph_message().getString());
    } catch (LinkageError e) {
      return Optional.of("the native library is of another build: " + e.getMessage());
    }
  }

  /**
   * Makes an empty graph.
   *
   * @return a graph, which the caller closes
   * @throws IllegalStateException if there are none
   */
  public static NativeGraph newGraph() {
    problem()
        .ifPresent(
            why -> {
              throw new IllegalStateException("CUDA graphs: " + why);
            });
    return new NativeGraph();
  }
}
