package org.reprise.engine.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.JointCounts;
import org.reprise.engine.counting.CountingPath.Kind;
import org.reprise.engine.counting.CountingPath.Wish;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.kernels.KernelLibrary;

class CountingPathTest {
  private static final ComputeDevice CPU = new ComputeDevice("cpu");

  @BeforeAll
  static void loadLibtorch() {
    Loader.load(torch.class);
  }

  @Test
  void autoTakesTheKernelsWhereThereAreSome() {
    CountingPath path = CountingPath.of(CPU, Wish.AUTO);
    assertThat(path.kind()).isEqualTo(KernelLibrary.isAvailable() ? Kind.CPU : Kind.TORCH);
    assertThat(path.fallback().isPresent()).isEqualTo(!KernelLibrary.isAvailable());
    try (JointCounts counts = path.newJointCounts(3, 2)) {
      assertThat(counts.getClass())
          .isEqualTo(
              KernelLibrary.isAvailable() ? NativeJointCounts.class : TorchJointCounts.class);
    }
  }

  @Test
  void autoFallsBackAndSaysWhy() {
    // no machine has so many
    CountingPath path = CountingPath.of(new ComputeDevice("cuda:100"), Wish.AUTO);
    assertThat(path.kind()).isEqualTo(Kind.TORCH);
    assertThat(path.fallback().orElseThrow()).startsWith("CUDA kernels: ");
    assertThat(path.toString()).startsWith("libtorch operations (CUDA kernels: ");
  }

  @Test
  void torchIsNoFallbackWhereItWasAskedFor() {
    CountingPath path = CountingPath.of(CPU, Wish.TORCH);
    assertThat(path.kind()).isEqualTo(Kind.TORCH);
    assertThat(path.fallback()).isEmpty();
    try (JointCounts counts = path.newJointCounts(3, 2)) {
      assertThat(counts).isInstanceOf(TorchJointCounts.class);
    }
  }

  @Test
  void wishesThatCannotBeMetAreErrors() {
    assertThatThrownBy(() -> CountingPath.of(CPU, Wish.CUDA))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "REPRISE_KERNEL: cuda was asked for, but logits arrive on cpu; use cpu, torch or auto");
    assertThatThrownBy(() -> CountingPath.of(new ComputeDevice("cuda:100"), Wish.CUDA))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("CUDA kernels: ");
  }

  @Test
  void moreLabelsThanMemoryHoldsAreTheDataSetsFault() {
    for (Wish wish : new Wish[] {Wish.AUTO, Wish.TORCH}) {
      assertThatThrownBy(() -> CountingPath.of(CPU, wish).newJointCounts(20_000_000, 30_000_000))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "20,000,000 labels by 30,000,000 classes cannot be counted on cpu")
          .hasMessageContaining("4800000.0 GB");
    }
  }

  @Test
  void unknownWishesAreErrors() {
    System.setProperty("reprise.kernel", "gpu");
    try {
      assertThatThrownBy(() -> CountingPath.of(CPU))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("REPRISE_KERNEL: must be one of auto, cuda, cpu, torch, found gpu");
    } finally {
      System.clearProperty("reprise.kernel");
    }
  }
}
