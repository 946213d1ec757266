package org.reprise.engine.device;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.Precision;
import org.reprise.engine.workers.WorkerPlace;

/**
 * The device of a run.
 *
 * @param name {@code cpu} or {@code cuda:<index>}
 */
public record ComputeDevice(String name) {

  /**
   * Chooses the device.
   *
   * @param wish {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:<index>}
   * @return the device; {@code auto} takes the first GPU that libtorch can use, else the CPU; of
   *     several workers each takes the GPU of its place
   * @throws InvalidInputException if a GPU is asked for and there is none
   */
  public static ComputeDevice resolve(String wish) {
    if (wish.equals("cpu")) {
      return new ComputeDevice("cpu");
    }
    long gpus = torch.cuda_is_available() ? torch.cuda_device_count() : 0;
    return choose(wish, gpus, WorkerPlace.of(System.getenv()));
  }

  /**
   * Chooses among the GPUs that there are.
   *
   * @param wish as for {@link #resolve}, not {@code cpu}
   * @param gpus how many libtorch can use
   * @param place of this process among workers, where there are several
   */
  static ComputeDevice choose(String wish, long gpus, Optional<WorkerPlace> place) {
    if (wish.equals("auto") && gpus == 0) {
      return new ComputeDevice("cpu");
    }
    if (gpus == 0) {
      throw new InvalidInputException(
          "device: "
              + wish
              + " was asked for, but "
              + whyNoCuda()
              + "; use device: cpu or auto (see reprise doctor)");
    }
    boolean named = wish.startsWith("cuda:");
    if (named && place.isPresent()) {
      throw new InvalidInputException(
          "device: "
              + wish
              + " is one GPU, and there are "
              + place.get().size()
              + " workers; with device: cuda each takes the GPU of its LOCAL_RANK");
    }
    int index =
        named
            ? Integer.parseInt(wish.substring("cuda:".length()))
            : place.map(WorkerPlace::localRank).orElse(0);
    if (index >= gpus) {
      throw new InvalidInputException(
          "device: "
              + (named ? wish : "GPU " + index + ", of the worker with LOCAL_RANK=" + index + ",")
              + " was asked for, there are "
              + gpus
              + " GPUs, counted from 0");
    }
    return new ComputeDevice("cuda:" + index);
  }

  /**
   * Says that {@code auto} has taken the CPU where a GPU could be expected: in a build for GPUs, or
   * beside a driver of one.
   *
   * @param wish as for {@link #resolve}
   * @return a line for the user, if so
   */
  public Optional<String> fallback(String wish) {
    boolean expected =
        Libtorch.isGpuBuild() || Files.exists(Path.of("/proc/driver/nvidia/version"));
    return fallback(wish, expected);
  }

  Optional<String> fallback(String wish, boolean expected) {
    return wish.equals("auto") && !isCuda() && expected
        ? Optional.of(
            "device: auto takes the CPU: "
                + whyNoCuda()
                + "; reprise doctor says what to do, device: cpu says that this is meant")
        : Optional.empty();
  }

  /** Says why libtorch cannot use a GPU. */
  public static String whyNoCuda() {
    if (torch.hasCUDA()) {
      return "this libtorch has CUDA but found no usable GPU or driver";
    }
    if (Libtorch.isGpuBuild()) {
      return "the CUDA part of this build's libtorch cannot be loaded; it needs a driver and the"
          + " CUDA 13 libraries (docs/gpu.md)";
    }
    return "the libtorch in use has no CUDA (a build with -Pgpu brings one; it also needs a driver"
        + " and the CUDA 13 libraries)";
  }

  /** Returns whether this is a GPU. */
  public boolean isCuda() {
    return !name.equals("cpu");
  }

  /** Returns the number of this GPU, or 0 for the CPU. */
  public int index() {
    return isCuda() ? Integer.parseInt(name.substring("cuda:".length())) : 0;
  }

  /** Returns a libtorch device; the caller's scope owns it. */
  public Device torchDevice() {
    return new Device(name);
  }

  /**
   * Returns the dtype that the network is autocast to in training.
   *
   * @param precision the experiment's wish
   * @return float32 for no autocast
   */
  public ScalarType trainingType(Precision precision) {
    return switch (precision) {
      case FP32 -> ScalarType.Float;
      case BF16 -> ScalarType.BFloat16;
      case AUTO -> isCuda() ? ScalarType.BFloat16 : ScalarType.Float;
      case FP16 -> ScalarType.Half;
    };
  }

  /**
   * Returns what a user should know of training in a dtype on this device, if anything.
   *
   * @param type of {@link #trainingType}
   */
  public Optional<String> note(ScalarType type) {
    if (isCuda() || type == ScalarType.Float) {
      return Optional.empty();
    }
    return type == ScalarType.Half
        ? Optional.of(
            "precision: fp16 is for GPUs: on a CPU a step may take many times as long as with fp32")
        : bf16Note(
            torch.get_cpu_capability().getString(),
            System.getenv().getOrDefault("ONEDNN_MAX_CPU_ISA", ""));
  }

  /** oneDNN has bf16 convolutions for AVX-512 alone; the others are some twenty times slower. */
  static Optional<String> bf16Note(String capability, String mostOfOneDnn) {
    boolean capped = Set.of("SSE41", "AVX", "AVX2", "AVX2_VNNI").contains(mostOfOneDnn);
    if (capability.contains("AVX512") && !capped) {
      return Optional.empty();
    }
    return Optional.of(
        "precision: bf16 has no fast convolutions here ("
            + (capped ? "ONEDNN_MAX_CPU_ISA is " + mostOfOneDnn : "no AVX-512")
            + "): a step may take many times as long as with fp32");
  }

  DeviceType type() {
    return isCuda() ? DeviceType.CUDA : DeviceType.CPU;
  }
}
