package org.reprise.kernels;

import java.io.File;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/**
 * The native library: loaded on first use, and if it cannot be, remembered with the reason. The
 * CUDA kernels lie in a library of their own, opened when they are first asked for.
 *
 * <p>The system property {@code reprise.kernels.cuda} names another file for the CUDA library.
 */
public final class KernelLibrary {
  private static final String CUDA_PROPERTY = "reprise.kernels.cuda";
  private static final int OUT_OF_MEMORY = -2; // REPRISE_NO_MEMORY

  private KernelLibrary() {}

  /** The library itself; its initialiser never throws. */
  private static final class Loaded {
    static final String PROBLEM = load();
    static final InstructionSet BEST =
        PROBLEM.isEmpty() ? InstructionSet.of(NativeCounts.reprise_cpu_best_isa()) : null;

    private static String load() {
      try {
        Loader.load(NativeCounts.class);
        return "";
      } catch (LinkageError | RuntimeException e) {
        // One line: a linker's message lists every folder it searched.
        String words = String.valueOf(e.getMessage());
        String file = "/org/reprise/kernels/" + platform() + "/";
        return NativeCounts.class.getResource(file + libraryName()) == null
            ? "not built for " + platform() + " (no C++ compiler when Reprise was built)"
            : e.getClass().getSimpleName() + ": " + words.lines().findFirst().orElse("");
      }
    }

    private static String libraryName() {
      return System.mapLibraryName("jniNativeCounts");
    }
  }

  /** The CUDA library; its initialiser never throws. */
  private static final class Cuda {
    static final String PROBLEM;
    static final int DEVICES;

    static {
      String problem = Loaded.PROBLEM.isEmpty() ? open() : Loaded.PROBLEM;
      int devices = 0;
      if (problem.isEmpty()) {
        devices = NativeCounts.reprise_cuda_device_count();
        if (devices < 0) {
          problem = cudaWords(devices);
          devices = 0;
        } else if (devices == 0) {
          problem = "the driver offers no device";
        }
      }
      PROBLEM = problem;
      DEVICES = devices;
    }

    private static String open() {
      try {
        String path = System.getProperty(CUDA_PROPERTY, "");
        if (path.isEmpty()) {
          File file = Loader.cacheResource(NativeCounts.class, platform() + "/libreprise_cuda.so");
          if (file == null) {
            return "not built (no nvcc when Reprise was built)";
          }
          path = file.getPath();
        }
        try (BytePointer name = new BytePointer(path)) {
          int error = NativeCounts.reprise_cuda_open(name);
          return error == 0 ? "" : cudaWords(error);
        }
      } catch (IOException | LinkageError | RuntimeException e) {
        return "cannot be opened: " + e;
      }
    }
  }

  private static String platform() {
    try {
      return Loader.getPlatform();
    } catch (LinkageError | RuntimeException e) {
      return System.getProperty("os.name") + "-" + System.getProperty("os.arch");
    }
  }

  /**
   * Returns whether the CPU kernels can be used.
   *
   * @return false where the library was not built or cannot be loaded; {@link #cpuStatus} says why
   */
  public static boolean isAvailable() {
    return Loaded.PROBLEM.isEmpty();
  }

  /**
   * Returns whether this processor and this build have a variant of the CPU kernels.
   *
   * @param instructionSet the variant
   * @return true if {@link #cpu(int, InstructionSet)} takes it
   */
  public static boolean supports(InstructionSet instructionSet) {
    return isAvailable() && instructionSet.compareTo(Loaded.BEST) <= 0;
  }

  /**
   * Returns the CPU kernels in their fastest variant.
   *
   * @param threads how many threads count, the caller's included; 0 for one a processor
   * @return a kernel for host memory, whose calls return when the counts are complete
   * @throws IllegalArgumentException if threads is negative
   * @throws IllegalStateException if the library is not available
   */
  public static CountKernel cpu(int threads) {
    return cpu(threads, isAvailable() ? Loaded.BEST : InstructionSet.PORTABLE);
  }

  /**
   * Returns the CPU kernels in a given variant, for tests and benchmarks.
   *
   * @param threads as for {@link #cpu(int)}
   * @param instructionSet the variant
   * @return as for {@link #cpu(int)}
   * @throws IllegalArgumentException if threads is negative
   * @throws IllegalStateException if the library or the variant is not available
   */
  public static CountKernel cpu(int threads, InstructionSet instructionSet) {
    Memory.require(threads >= 0, "threads must be >= 0, not %d", threads);
    requireAvailable();
    if (!supports(instructionSet)) {
      throw new IllegalStateException(
          "CPU kernels: " + instructionSet + " is not available, " + Loaded.BEST + " is");
    }
    int variant = instructionSet.code();
    return new NativeKernel(
        (logits,
            dtype,
            rows,
            sources,
            stride,
            labels,
            targets,
            k,
            counts,
            status,
            firstRow,
            held) ->
            NativeCounts.reprise_cpu_add(
                logits, dtype, rows, sources, stride, labels, targets, k, counts, status, firstRow,
                threads, variant),
        error -> error == OUT_OF_MEMORY ? "out of memory" : "error " + error,
        "CPU, %s, %s threads".formatted(instructionSet, threads == 0 ? "all" : threads));
  }

  private static void requireAvailable() {
    if (!isAvailable()) {
      throw new IllegalStateException("CPU kernels: " + Loaded.PROBLEM);
    }
  }

  /**
   * Reads memory once, as fast as the kernels could: what benchmarks compare them with.
   *
   * @param address of the first byte; aligned to 4
   * @param bytes how many; what is left over of a multiple of 4 is not read
   * @param threads as for {@link #cpu(int)}
   * @throws IllegalArgumentException if the address cannot hold as many, or threads is negative
   * @throws IllegalStateException if the library is not available
   */
  public static void read(Pointer address, long bytes, int threads) {
    Memory.require(threads >= 0, "threads must be >= 0, not %d", threads);
    Memory.require(bytes >= 0, "bytes must be >= 0, not %d", bytes);
    Memory.check("memory to read", address, bytes / Float.BYTES, Float.BYTES);
    requireAvailable();
    int error;
    try {
      error =
          NativeCounts.reprise_cpu_read(
              Memory.address(address), bytes / Float.BYTES, threads, Loaded.BEST.code());
    } finally {
      Reference.reachabilityFence(address);
    }
    if (error != 0) {
      throw new IllegalStateException("reading failed: error " + error);
    }
  }

  /**
   * Gathers stored images as network input: image {@code indices[i]} becomes row i of the result,
   * each byte divided by 255 and rounded as float division rounds.
   *
   * @param images {@code [stored, values]} uint8
   * @param stored how many images there are
   * @param values of an image, at least 1
   * @param indices {@code [count]} int64, each in [0, stored)
   * @param count how many images are wanted
   * @param result {@code [count, values]} float32; overwritten
   * @param threads as for {@link #cpu(int)}
   * @throws IllegalArgumentException if an index is out of range, or memory cannot hold its shape
   * @throws IllegalStateException if the library is not available
   */
  public static void gather(
      Pointer images,
      long stored,
      long values,
      Pointer indices,
      long count,
      Pointer result,
      int threads) {
    gather(
        images,
        stored,
        values,
        indices,
        count,
        result,
        threads,
        isAvailable() ? Loaded.BEST : InstructionSet.PORTABLE);
  }

  /** As the other one, in a given variant, for tests. */
  static void gather(
      Pointer images,
      long stored,
      long values,
      Pointer indices,
      long count,
      Pointer result,
      int threads,
      InstructionSet instructionSet) {
    Memory.require(threads >= 0, "threads must be >= 0, not %d", threads);
    Memory.require(stored >= 0, "images must be >= 0, not %d", stored);
    Memory.require(values >= 1, "values of an image must be >= 1, not %d", values);
    Memory.require(count >= 0, "indices must be >= 0, not %d", count);
    requireAvailable();
    if (count == 0) {
      return;
    }
    Memory.check("images", images, Memory.product("images", stored, values), Byte.BYTES);
    Memory.check("indices", indices, count, Long.BYTES);
    Memory.check("results", result, Memory.product("results", count, values), Float.BYTES);
    int error;
    try {
      error =
          NativeCounts.reprise_cpu_gather(
              Memory.address(images),
              stored,
              values,
              Memory.address(indices),
              count,
              Memory.address(result),
              threads,
              instructionSet.code());
    } finally {
      Reference.reachabilityFence(images);
      Reference.reachabilityFence(indices);
      Reference.reachabilityFence(result);
    }
    Memory.require(error == 0, "an index is outside [0, %d) (error %d)", stored, error);
  }

  /**
   * Returns how many devices the CUDA kernels can use.
   *
   * @return 0 where the library, the driver or a device is missing; {@link #cudaStatus} says which
   */
  public static int cudaDevices() {
    return Cuda.DEVICES;
  }

  /**
   * Says why the CUDA kernels cannot count on a device; asks the device, on which a context is made
   * then.
   *
   * @param device index of the device, which must be the calling thread's current one
   * @return the reason in one line, e.g. that the library has no code for such a card, or empty if
   *     they can
   */
  public static Optional<String> cudaProblem(int device) {
    if (device < 0 || device >= Cuda.DEVICES) {
      return Optional.of(
          Cuda.PROBLEM.isEmpty()
              ? "there are " + Cuda.DEVICES + " devices, counted from 0, and no cuda:" + device
              : Cuda.PROBLEM);
    }
    int error = NativeCounts.reprise_cuda_usable(device);
    return error == 0
        ? Optional.empty()
        : Optional.of("cuda:" + device + " cannot be used: " + cudaWords(error));
  }

  /**
   * Returns the CUDA kernels for a device and a stream.
   *
   * @param device index of the device, in [0, {@link #cudaDevices})
   * @param stream a {@code cudaStream_t} of that device, or null for its default stream; borrowed
   * @return a kernel for memory of that device, whose calls return once the work is enqueued: no
   *     synchronisation, no allocation. They refuse to work while another device is the calling
   *     thread's current one. Addresses in host memory are an error of the device
   * @throws IllegalArgumentException if there is no such device
   * @throws IllegalStateException if the CUDA kernels are not available
   */
  public static CountKernel cuda(int device, Pointer stream) {
    if (Cuda.DEVICES == 0) {
      throw new IllegalStateException("CUDA kernels: " + Cuda.PROBLEM);
    }
    Memory.require(
        device >= 0 && device < Cuda.DEVICES,
        "device must be in [0, %d), not %d",
        Cuda.DEVICES,
        device);
    return new NativeKernel(
        (logits,
            dtype,
            rows,
            sources,
            stride,
            labels,
            targets,
            k,
            counts,
            status,
            firstRow,
            held) ->
            NativeCounts.reprise_cuda_add(
                logits,
                dtype,
                rows,
                sources,
                stride,
                labels,
                targets,
                k,
                counts,
                status,
                firstRow,
                held,
                device,
                Memory.address(stream)),
        KernelLibrary::cudaWords,
        "CUDA device " + device);
  }

  /**
   * Says what is loaded for the CPU, or why nothing is.
   *
   * @return e.g. {@code AVX512}, or a reason
   */
  public static String cpuStatus() {
    return isAvailable() ? Loaded.BEST.toString() : Loaded.PROBLEM;
  }

  /**
   * Says what is loaded for CUDA, or why nothing is; opens the library.
   *
   * @return e.g. {@code 1 device(s)}, or a reason
   */
  public static String cudaStatus() {
    return Cuda.PROBLEM.isEmpty() ? Cuda.DEVICES + " device(s)" : Cuda.PROBLEM;
  }

  /** The words for an error of the CUDA functions. */
  private static String cudaWords(int error) {
    BytePointer words = NativeCounts.reprise_cuda_message(error);
    return words == null || words.isNull() ? "error " + error : words.getString();
  }
}
