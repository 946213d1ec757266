package org.reprise.engine.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.javacpp.Loader;

/** Prepares libtorch for being loaded by the first touch of its Java types. */
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
}
