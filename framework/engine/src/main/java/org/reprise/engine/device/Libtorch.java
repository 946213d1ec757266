package org.reprise.engine.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.javacpp.Loader;

/** Prepares libtorch for being loaded by the first touch of its Java types. */
public final class Libtorch {
  private Libtorch() {}

  /**
   * Unpacks libtorch's largest library into JavaCPP's cache before anything loads. JavaCPP unpacks
   * and loads the libraries one by one; while this one is not yet there, the linker would take one
   * of the same name from the system's folders, if some package installed another version of
   * libtorch, and the process would crash. Costs nothing once it is unpacked.
   *
   * @throws UncheckedIOException if the cache folder cannot be written
   */
  public static void unpack() {
    String library = System.mapLibraryName("torch_cpu");
    try {
      for (String build : new String[] {"", "-gpu"}) { // a build that is not installed is not found
        Loader.cacheResource(
            org.bytedeco.pytorch.presets.torch.class,
            "/org/bytedeco/pytorch/" + Loader.getPlatform() + build + "/" + library);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot unpack libtorch's native libraries: " + e.getMessage(), e);
    }
  }
}
