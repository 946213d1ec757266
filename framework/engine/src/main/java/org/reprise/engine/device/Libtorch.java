package org.reprise.engine.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TypeMeta;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Prepares libtorch: before it is loaded, which the first touch of its Java types does, and after.
 */
public final class Libtorch {
  private Libtorch() {}

  /** Returns whether the libtorch of this installation comes with CUDA, usable or not. */
  static boolean isGpuBuild() {
    return org.bytedeco.pytorch.presets.torch.class.getResource(resource("-gpu", "torch_cuda"))
        != null;
  }

  private static String resource(String build, String library) {
    return "/org/bytedeco/pytorch/"
        + Loader.getPlatform()
        + build
        + "/"
        + System.mapLibraryName(library);
  }

  /**
   * Unpacks libtorch's largest library into JavaCPP's cache before anything loads. JavaCPP unpacks
   * and loads the libraries one by one; while this one is not yet there, the linker would take one
   * of the same name from the system's folders, if some package installed another version of
   * libtorch, and the process would crash. Costs nothing once it is unpacked.
   *
   * @throws UncheckedIOException if the cache folder cannot be written
   */
  public static void unpack() {
    CudaLibraries.prepare();
    try {
      for (String build : new String[] {"", "-gpu"}) { // a build that is not installed is not found
        Loader.cacheResource(
            org.bytedeco.pytorch.presets.torch.class, resource(build, "torch_cpu"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot unpack libtorch's native libraries: " + e.getMessage(), e);
    }
  }

  /**
   * Gives tensors float32 again where nothing else is said, in case a plugin has changed that for
   * the whole process.
   *
   * @return whether one had
   */
  public static boolean restoreDefaultType() {
    try (PointerScope scope = new PointerScope()) {
      boolean changed = torch.zeros(1).scalar_type().intern() != ScalarType.Float;
      if (changed) {
        torch.set_default_dtype(new TypeMeta(torch.scalarTypeToTypeMeta(ScalarType.Float)));
      }
      return changed;
    }
  }

  /**
   * Loads libtorch and makes it compute as all runs do: on every core that this process may use,
   * unless {@code OMP_NUM_THREADS} or {@code MKL_NUM_THREADS} say otherwise, without NNPACK, and on
   * a GPU by the convolutions that cuDNN has timed to be the fastest: a run has few shapes.
   *
   * <p>libtorch asks the processor itself for its cores, whose answer is of the host: on a virtual
   * machine with two it was one, and half of the machine stood idle. With several threads libtorch
   * tries NNPACK first and, where that cannot run, says so each time.
   *
   * @throws UncheckedIOException if the cache folder cannot be written
   */
  public static void configure() {
    unpack();
    if (System.getenv("OMP_NUM_THREADS") == null && System.getenv("MKL_NUM_THREADS") == null) {
      int allowed = Runtime.getRuntime().availableProcessors();
      CpuCores.count(CpuCores.PROCESSORS)
          .ifPresent(cores -> torch.set_num_threads(Math.min(cores, allowed)));
    }
    torch.globalContext().setUserEnabledNNPACK(false);
    torch.globalContext().setBenchmarkCuDNN(true);
  }
}
