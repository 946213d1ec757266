package org.reprise.engine.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch;

/**
 * Why a GPU can be used or not, from what is found on a machine.
 *
 * @param gpuBuild whether this build's libtorch has a part for CUDA
 * @param loaded whether that part could be loaded
 * @param usable GPUs that libtorch can use
 * @param module version of the driver in the kernel, if it is there
 * @param driver file of the driver's library, if it was found
 * @param devices whether there are device files of GPUs
 * @param visible {@code CUDA_VISIBLE_DEVICES}, if set
 * @param libraries where each CUDA library was found, by name; empty for not at all
 * @param folders that were looked in
 */
public record CudaDiagnosis(
    boolean gpuBuild,
    boolean loaded,
    long usable,
    Optional<String> module,
    Optional<Path> driver,
    boolean devices,
    Optional<String> visible,
    Map<String, Optional<Path>> libraries,
    List<Path> folders) {
  private static final int FIRST_DRIVER = 580; // of CUDA 13
  private static final Pattern VERSION = Pattern.compile("Kernel Module.*?\\s(\\d+)(\\.\\d+)+");

  /** Looks at this machine; loads libtorch. */
  public static CudaDiagnosis here() {
    List<Path> folders = CudaLibraries.folders(System.getenv(), Path.of("/"));
    Map<String, Optional<Path>> libraries = new LinkedHashMap<>();
    CudaLibraries.NAMES.forEach(name -> libraries.put(name, CudaLibraries.find(name, folders)));
    return new CudaDiagnosis(
        Libtorch.isGpuBuild(),
        torch.hasCUDA(),
        torch.cuda_is_available() ? torch.cuda_device_count() : 0,
        text(Path.of("/proc/driver/nvidia/version")).flatMap(CudaDiagnosis::version),
        CudaLibraries.find(CudaLibraries.DRIVER, folders),
        Files.exists(Path.of("/dev/nvidiactl")) || Files.exists(Path.of("/dev/nvidia0")),
        Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")),
        libraries,
        folders);
  }

  private static Optional<String> text(Path file) {
    try {
      return Files.isReadable(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Finds the driver's version, e.g. {@code 580.65.06}, in what the kernel says of it. */
  static Optional<String> version(String text) {
    Matcher found = VERSION.matcher(text);
    return found.find()
        ? Optional.of(found.group().substring(found.start(1) - found.start()))
        : Optional.empty();
  }

  /** Says what was found: a line for the driver, and one for each library of a build for GPUs. */
  public List<String> found() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "driver: "
            + module.map(version -> "version " + version).orElse("no kernel module")
            + ", "
            + CudaLibraries.DRIVER
            + " "
            + driver.map(Path::toString).orElse("not found"));
    if (gpuBuild) {
      libraries.forEach(
          (name, file) -> lines.add(name + ": " + file.map(Path::toString).orElse("not found")));
      lines.add(
          "looked in: " + folders.stream().map(Path::toString).collect(Collectors.joining(", ")));
    }
    return lines;
  }

  /** Says what keeps a GPU from being used, and what to do; nothing where one can be used. */
  public List<String> advice() {
    List<String> advice = new ArrayList<>();
    if (usable > 0) {
      return advice;
    }
    boolean card = module.isPresent() || devices;
    if (!gpuBuild) {
      advice.add(
          "this build has no CUDA"
              + (card ? ", and there is a driver" : "")
              + ": build with ./mvnw -Pgpu -DskipTests package");
    }
    if (!card) {
      advice.add(
          "no NVIDIA driver: install one of version "
              + FIRST_DRIVER
              + " or later; in a container, start it with --gpus all (NVIDIA's container toolkit)");
      return advice;
    }
    module
        .map(version -> Integer.parseInt(version.substring(0, version.indexOf('.'))))
        .filter(major -> major < FIRST_DRIVER)
        .ifPresent(
            major ->
                advice.add(
                    "the driver is of version "
                        + module.get()
                        + ", CUDA 13 needs "
                        + FIRST_DRIVER
                        + " or later: update it"));
    if (driver.isEmpty()) {
      advice.add(
          CudaLibraries.DRIVER
              + " of the driver was not found: in a container, set"
              + " NVIDIA_DRIVER_CAPABILITIES=compute,utility; else name its folder in"
              + " LD_LIBRARY_PATH");
    }
    if (!devices) {
      advice.add("no /dev/nvidia0 or /dev/nvidiactl: this user or container is given no GPU");
    }
    visible
        .filter(devicesNamed -> devicesNamed.isBlank() || devicesNamed.startsWith("-"))
        .ifPresent(
            hidden ->
                advice.add("CUDA_VISIBLE_DEVICES=\"" + hidden + "\" hides all GPUs: unset it"));
    if (gpuBuild) {
      missingLibraries(advice);
    }
    return advice;
  }

  private void missingLibraries(List<String> advice) {
    List<String> missing =
        libraries.entrySet().stream()
            .filter(library -> library.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    if (!missing.isEmpty()) {
      advice.add(
          "not found: "
              + String.join(", ", missing)
              + "; install a CUDA 13 toolkit with cuDNN 9 and NCCL, or activate a Python environment"
              + " with a PyTorch for CUDA 13, or name their folders in LD_LIBRARY_PATH");
    } else if (!loaded) {
      advice.add(
          "all libraries are there and libtorch's part for CUDA does not load: REPRISE_JAVA_OPTS="
              + "-Dorg.bytedeco.javacpp.logger.debug=true shows which one, and why");
    } else if (advice.isEmpty()) {
      advice.add(
          "everything was found and loaded, and CUDA shows no GPU: nvidia-smi says whether the"
              + " driver sees one");
    }
  }
}
