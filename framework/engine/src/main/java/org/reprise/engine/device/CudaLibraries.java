package org.reprise.engine.device;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The CUDA libraries that libtorch needs and no build brings, and where people have them. */
public final class CudaLibraries {
  /** What libtorch with CUDA 13 loads. */
  static final List<String> NAMES =
      List.of(
          "libcublas.so.13",
          "libcublasLt.so.13",
          "libcudnn.so.9",
          "libcufft.so.12",
          "libcurand.so.10",
          "libcusparse.so.12",
          "libcusolver.so.12",
          "libnvJitLink.so.13",
          "libnccl.so.2",
          "libcufile.so.0");

  /** The driver's own. */
  static final String DRIVER = "libcuda.so.1";

  private static final String PRELOAD = "org.bytedeco.javacpp.platform.preloadpath";
  private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";

  private CudaLibraries() {}

  /**
   * Has libtorch find them, where this build has a part for CUDA and the user has named no folders,
   * and has nobody look for them where it has none: JavaCPP asks every jar and folder for each of
   * them, a third of the time that libtorch takes to load. To be called before anything native is
   * loaded.
   */
  static void prepare() {
    if (!Libtorch.isGpuBuild()) {
      if (System.getProperty(EXTENSION) == null) {
        System.setProperty(EXTENSION, "");
      }
    } else if (System.getProperty(PRELOAD) == null) {
      String folders =
          folders(System.getenv(), Path.of("/")).stream()
              .filter(folder -> NAMES.stream().anyMatch(name -> has(folder, name)))
              .map(Path::toString)
              .collect(Collectors.joining(File.pathSeparator));
      if (!folders.isEmpty()) {
        System.setProperty(PRELOAD, folders);
      }
    }
  }

  /**
   * Returns the folders to look in, those that exist, the likeliest first: what the environment
   * names, a toolkit, a PyTorch in the active Python environment, the system's.
   *
   * @param environment variables by name
   * @param root of the file system
   */
  static List<Path> folders(Map<String, String> environment, Path root) {
    Set<Path> folders = new LinkedHashSet<>();
    for (String given :
        List.of(System.getProperty(PRELOAD, ""), environment.getOrDefault("LD_LIBRARY_PATH", ""))) {
      for (String folder : given.split(File.pathSeparator)) {
        if (!folder.isBlank()) {
          folders.add(Path.of(folder));
        }
      }
    }
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      named(environment, variable).ifPresent(home -> folders.add(home.resolve("lib64")));
    }
    folders.add(root.resolve("usr/local/cuda/lib64"));
    below(root.resolve("usr/local"), "cuda-13*")
        .forEach(home -> folders.add(home.resolve("lib64")));
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      named(environment, variable)
          .ifPresent(
              home ->
                  below(home.resolve("lib"), "python3*")
                      .forEach(
                          python ->
                              below(python.resolve("site-packages/nvidia"), "*")
                                  .forEach(part -> folders.add(part.resolve("lib")))));
      named(environment, variable).ifPresent(home -> folders.add(home.resolve("lib")));
    }
    folders.add(root.resolve("usr/lib/x86_64-linux-gnu"));
    folders.add(root.resolve("usr/lib64"));
    return folders.stream().filter(Files::isDirectory).toList();
  }

  private static Optional<Path> named(Map<String, String> environment, String variable) {
    String value = environment.getOrDefault(variable, "");
    return value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
  }

  /** Newest version first. */
  private static List<Path> below(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      return List.of(); // there is none
    }
    found.sort(Comparator.reverseOrder());
    return found;
  }

  private static boolean has(Path folder, String name) {
    return Files.exists(folder.resolve(name));
  }

  /**
   * Looks for a library.
   *
   * @param name of its file
   * @param folders in order
   * @return the first file of that name
   */
  static Optional<Path> find(String name, List<Path> folders) {
    return folders.stream()
        .filter(folder -> has(folder, name))
        .map(folder -> folder.resolve(name))
        .findFirst();
  }
}
