package org.reprise.engine.counting;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.JointCounts;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.kernels.CountKernel;
import org.reprise.kernels.KernelLibrary;

/**
 * Which implementation counts for a device, and why. The environment variable {@code
 * REPRISE_KERNEL} or the system property {@code reprise.kernel} asks for one; only {@code auto},
 * the default, falls back to libtorch operations.
 *
 * @param kind what counts
 * @param detail the variant, in words
 * @param fallback why it is not the kernel made for the device, if so
 * @param device where logits arrive
 */
public record CountingPath(
    Kind kind, String detail, Optional<String> fallback, ComputeDevice device) {

  /** What a user may ask for. */
  enum Wish {
    AUTO,
    CUDA,
    CPU,
    TORCH
  }

  /** What counts. */
  public enum Kind {
    /** The CUDA kernels. */
    CUDA,
    /** The CPU kernels. */
    CPU,
    /** libtorch operations. */
    TORCH
  }

  /**
   * Chooses for a device, as the environment asks. A GPU becomes the calling thread's current
   * device, once for the whole run: kernels count on no other, so that no context is made on a GPU
   * that the run does not use.
   *
   * @param device where logits will arrive
   * @return what counts there
   * @throws InvalidInputException if the environment asks for what there is not
   */
  public static CountingPath of(ComputeDevice device) {
    String asked = System.getProperty("reprise.kernel", System.getenv("REPRISE_KERNEL"));
    return of(device, asked == null || asked.isBlank() ? Wish.AUTO : wish(asked.strip()));
  }

  private static Wish wish(String asked) {
    for (Wish wish : Wish.values()) {
      if (name(wish).equals(asked)) {
        return wish;
      }
    }
    throw new InvalidInputException(
        "REPRISE_KERNEL: must be one of "
            + Arrays.stream(Wish.values()).map(CountingPath::name).collect(Collectors.joining(", "))
            + ", found "
            + asked);
  }

  static CountingPath of(ComputeDevice device, Wish wish) {
    Kind made = device.isCuda() ? Kind.CUDA : Kind.CPU;
    if (wish == Wish.TORCH) {
      return new CountingPath(Kind.TORCH, "libtorch operations", Optional.empty(), device);
    }
    if (wish != Wish.AUTO && !wish.name().equals(made.name())) {
      throw new InvalidInputException(
          "REPRISE_KERNEL: "
              + name(wish)
              + " was asked for, but logits arrive on "
              + device.name()
              + "; use "
              + name(made)
              + ", torch or auto");
    }
    Optional<String> problem = made == Kind.CUDA ? cudaProblem(device) : cpuProblem();
    if (problem.isEmpty()) {
      return new CountingPath(made, detail(made, device), Optional.empty(), device);
    }
    if (wish != Wish.AUTO) {
      throw new InvalidInputException(
          "REPRISE_KERNEL: "
              + name(wish)
              + " was asked for, but "
              + problem.get()
              + "; use torch or auto (see reprise doctor)");
    }
    return new CountingPath(Kind.TORCH, "libtorch operations", problem, device);
  }

  /**
   * Says which kernels there are, and why others are missing.
   *
   * @return a line for the CPU and one for CUDA
   */
  public static List<String> kernels() {
    return List.of("CPU: " + KernelLibrary.cpuStatus(), "CUDA: " + KernelLibrary.cudaStatus());
  }

  private static Optional<String> cpuProblem() {
    return KernelLibrary.isAvailable()
        ? Optional.empty()
        : Optional.of("CPU kernels: " + KernelLibrary.cpuStatus());
  }

  private static Optional<String> cudaProblem(ComputeDevice device) {
    if (KernelLibrary.cudaDevices() <= device.index()) {
      return Optional.of("CUDA kernels: " + KernelLibrary.cudaStatus());
    }
    try (PointerScope scope = new PointerScope()) {
      CurrentStream.makeCurrent(device.index());
      CurrentStream.of(device.index());
      return KernelLibrary.cudaProblem(device.index()).map(why -> "CUDA kernels: " + why);
    } catch (LinkageError e) {
      return Optional.of("CUDA kernels: libtorch's CUDA binding cannot be loaded: " + e);
    }
  }

  private static String detail(Kind made, ComputeDevice device) {
    return made == Kind.CUDA
        ? "CUDA kernels on " + device.name()
        : "CPU kernels, " + KernelLibrary.cpuStatus() + ", " + threads() + " threads";
  }

  /**
   * Returns how many threads count on the CPU: one a processor, unless {@code OMP_NUM_THREADS}
   * limits libtorch. libtorch itself takes one a core; counting waits for memory and gains from
   * more.
   */
  static int threads() {
    return System.getenv("OMP_NUM_THREADS") == null
        ? Runtime.getRuntime().availableProcessors()
        : torch.get_num_threads();
  }

  /**
   * Makes empty counts.
   *
   * @param sourceLabels KS
   * @param targetLabels KT
   * @return counts on the device, for the caller to close
   * @throws InvalidInputException if there are more labels than can be counted
   */
  public JointCounts newJointCounts(int sourceLabels, int targetLabels) {
    try (PointerScope scope = new PointerScope()) {
      Device place = device.torchDevice();
      if (kind == Kind.TORCH) {
        return new TorchJointCounts(sourceLabels, targetLabels, place);
      }
      return new NativeJointCounts(sourceLabels, targetLabels, place, kernel(), kind == Kind.CUDA);
    } catch (RuntimeException e) { // libtorch's, which has no memory of that size
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%,d labels by %,d classes cannot be counted on %s: a table of them takes %.1f GB;"
                  + " expected fewer classes, or a machine with more memory",
              sourceLabels,
              targetLabels,
              device.name(),
              (double) sourceLabels * targetLabels * Long.BYTES / 1e9),
          e);
    }
  }

  private Supplier<CountKernel> kernel() {
    if (kind == Kind.CUDA) {
      int index = device.index();
      return () -> KernelLibrary.cuda(index, CurrentStream.of(index));
    }
    CountKernel kernel = KernelLibrary.cpu(threads());
    return () -> kernel;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Returns what counts, and why it is a fallback. */
  @Override
  public String toString() {
    return detail + fallback.map(why -> " (" + why + ")").orElse("");
  }
}
