package org.reprise.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaDiagnosisTest {
  private static final Optional<Path> THERE = Optional.of(Path.of("/there"));

  @TempDir Path root;

  /** A machine where all is well, but for what a test changes. */
  private static final class Machine {
    private boolean gpuBuild = true;
    private boolean loaded = true;
    private long usable;
    private Optional<String> module = Optional.of("580.65.06");
    private Optional<Path> driver = THERE;
    private boolean devices = true;
    private Optional<String> visible = Optional.empty();
    private final Map<String, Optional<Path>> libraries = new LinkedHashMap<>();

    Machine() {
      CudaLibraries.NAMES.forEach(name -> libraries.put(name, THERE));
    }

    CudaDiagnosis diagnosis() {
      return new CudaDiagnosis(
          gpuBuild, loaded, usable, module, driver, devices, visible, libraries, List.of());
    }

    void advises(String... parts) {
      List<String> advice = diagnosis().advice();
      assertThat(advice).hasSize(parts.length);
      for (int i = 0; i < parts.length; i++) {
        assertThat(advice.get(i)).contains(parts[i]);
      }
    }
  }

  @Test
  void aGpuThatCanBeUsedNeedsNoAdvice() {
    Machine machine = new Machine();
    machine.usable = 1;
    machine.advises();
  }

  @Test
  void eachCauseIsNamedWithWhatToDo() {
    Machine without = new Machine();
    without.gpuBuild = false;
    without.advises("./mvnw -Pgpu");
    Machine none = new Machine();
    none.module = Optional.empty();
    none.devices = false;
    none.driver = Optional.empty();
    none.advises("no NVIDIA driver");
    Machine old = new Machine();
    old.module = Optional.of("535.183.01");
    old.advises("version 535.183.01, CUDA 13 needs 580");
    Machine container = new Machine();
    container.driver = Optional.empty();
    container.advises("NVIDIA_DRIVER_CAPABILITIES");
    Machine forbidden = new Machine();
    forbidden.devices = false;
    forbidden.advises("given no GPU");
    Machine hidden = new Machine();
    hidden.visible = Optional.of("");
    hidden.advises("hides all GPUs");
    Machine missing = new Machine();
    missing.libraries.put("libnccl.so.2", Optional.empty());
    missing.advises("not found: libnccl.so.2; install");
    Machine broken = new Machine();
    broken.loaded = false;
    broken.advises("logger.debug");
    new Machine().advises("nvidia-smi");
  }

  @Test
  void severalCausesAreAllNamed() {
    Machine machine = new Machine();
    machine.module = Optional.of("470.10");
    machine.driver = Optional.empty();
    machine.libraries.put("libcudnn.so.9", Optional.empty());
    machine.advises("470.10", "libcuda.so.1", "libcudnn.so.9");
    assertThat(machine.diagnosis().found())
        .contains("libcudnn.so.9: not found", "libcublas.so.13: /there")
        .anyMatch(line -> line.startsWith("driver: version 470.10, libcuda.so.1 not found"));
  }

  @Test
  void theDriversVersionIsRead() {
    assertThat(
            CudaDiagnosis.version(
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release\n"
                    + "GCC version:  gcc version 12.2.0"))
        .contains("580.65.06");
    assertThat(CudaDiagnosis.version("GCC version 12.2.0")).isEmpty();
  }

  @Test
  void librariesAreFoundWherePeopleHaveThem() throws IOException {
    Path toolkit = folder("usr/local/cuda-13.0/lib64");
    Path newer = folder("usr/local/cuda-13.1/lib64");
    folder("usr/local/cuda-12.4/lib64");
    Path python = folder("venv/lib/python3.12/site-packages/nvidia/cudnn/lib");
    Path named = folder("opt/named");
    List<Path> folders =
        CudaLibraries.folders(
            Map.of(
                "LD_LIBRARY_PATH",
                named + ":" + root.resolve("not/there"),
                "VIRTUAL_ENV",
                root.resolve("venv").toString()),
            root);
    assertThat(folders)
        .containsSubsequence(named, newer, toolkit, python)
        .noneMatch(folder -> folder.toString().contains("12.4"))
        .doesNotContain(root.resolve("not/there"));
    Files.createFile(toolkit.resolve("libcudnn.so.9"));
    Files.createFile(python.resolve("libcudnn.so.9"));
    assertThat(CudaLibraries.find("libcudnn.so.9", folders))
        .contains(toolkit.resolve("libcudnn.so.9"));
    assertThat(CudaLibraries.find("libnccl.so.2", folders)).isEmpty();
  }

  private Path folder(String path) throws IOException {
    return Files.createDirectories(root.resolve(path));
  }
}
