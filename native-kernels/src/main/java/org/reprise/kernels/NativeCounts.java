package org.reprise.kernels;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The C functions of reprise_joint.h, reprise_gather.h and reprise_graph.h, one to one; addresses
 * are passed as numbers. Nothing here checks an argument: only KernelLibrary and the kernels that
 * it hands out call it. KernelLibrary loads the library, not a static initialiser, so that a
 * missing one is a remembered reason instead of a class that cannot be used.
 */
@Platform(include = {"reprise_joint.h", "reprise_gather.h", "reprise_graph.h"})
final class NativeCounts {
  private NativeCounts() {}

  @NoException
  static native int reprise_cpu_add(
      @Cast("const void*") long logits,
      int dtype,
      @Cast("int64_t") long rows,
      @Cast("int64_t") long sources,
      @Cast("int64_t") long rowStride,
      @Cast("const int64_t*") long labels,
      @Cast("int64_t") long targets,
      @Cast("int64_t") long k,
      @Cast("int64_t*") long counts,
      @Cast("int64_t*") long status,
      @Cast("int64_t") long firstRow,
      int threads,
      int isa);

  @NoException
  static native int reprise_cpu_read(
      @Cast("const float*") long data, @Cast("int64_t") long count, int threads, int isa);

  @NoException
  static native int reprise_cpu_best_isa();

  @NoException
  static native int reprise_cpu_gather(
      @Cast("const uint8_t*") long images,
      @Cast("int64_t") long stored,
      @Cast("int64_t") long values,
      @Cast("const int64_t*") long indices,
      @Cast("int64_t") long count,
      @Cast("float*") long result,
      int threads,
      int isa);

  @NoException
  static native int reprise_cuda_add(
      @Cast("const void*") long logits,
      int dtype,
      @Cast("int64_t") long rows,
      @Cast("int64_t") long sources,
      @Cast("int64_t") long rowStride,
      @Cast("const int64_t*") long labels,
      @Cast("int64_t") long targets,
      @Cast("int64_t") long k,
      @Cast("int64_t*") long counts,
      @Cast("int64_t*") long status,
      @Cast("int64_t") long firstRow,
      @Cast("int64_t") long held,
      int device,
      @Cast("void*") long stream);

  @NoException
  static native int reprise_cuda_open(@Cast("const char*") BytePointer path);

  @NoException
  static native int reprise_cuda_device_count();

  @NoException
  static native int reprise_cuda_usable(int device);

  @NoException
  static native @Cast("const char*") BytePointer reprise_cuda_message(int error);

  @NoException
  static native int reprise_graph_open(@Cast("const char*") BytePointer library);

  @NoException
  static native int reprise_graph_new(@Cast("void**") long graph);

  @NoException
  static native int reprise_graph_begin(@Cast("void*") long graph);

  @NoException
  static native int reprise_graph_end(@Cast("void*") long graph);

  @NoException
  static native int reprise_graph_replay(@Cast("void*") long graph);

  @NoException
  static native void reprise_graph_free(@Cast("void*") long graph);

  @NoException
  static native @Cast("const char*") BytePointer reprise_graph_message();
}
