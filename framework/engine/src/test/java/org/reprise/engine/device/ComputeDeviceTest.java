package org.reprise.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.workers.WorkerPlace;

class ComputeDeviceTest {

  @ParameterizedTest
  @CsvSource({
    "AVX512, AVX2, ONEDNN_MAX_CPU_ISA is AVX2",
    "AVX2, '', no AVX-512",
    "AVX2, AVX512_CORE, no AVX-512"
  })
  void saysWhereBf16IsSlow(String capability, String most, String reason) {
    assertThat(ComputeDevice.bf16Note(capability, most).orElseThrow())
        .startsWith("precision: bf16")
        .contains(reason);
  }

  @ParameterizedTest
  @CsvSource({"AVX512, ''", "AVX512, AVX512_CORE_BF16", "AVX512, DEFAULT"})
  void hasNothingToSayWhereBf16IsFast(String capability, String most) {
    assertThat(ComputeDevice.bf16Note(capability, most)).isEmpty();
  }

  @Test
  void hasNothingToSayOfFp32() {
    assertThat(new ComputeDevice("cpu").note(ScalarType.Float)).isEmpty();
  }

  @Test
  void saysThatFp16IsForGpus() {
    assertThat(new ComputeDevice("cpu").note(ScalarType.Half).orElseThrow()).contains("fp16");
    assertThat(new ComputeDevice("cuda:0").note(ScalarType.Half)).isEmpty();
  }

  @Test
  void eachWorkerTakesItsOwnGpuOrIsRefusedOne() {
    WorkerPlace second = new WorkerPlace(5, 8, 1, "node", 29500);
    assertThat(ComputeDevice.choose("cuda", 2, Optional.of(second)).name()).isEqualTo("cuda:1");
    assertThat(ComputeDevice.choose("auto", 2, Optional.of(second)).name()).isEqualTo("cuda:1");
    assertThat(ComputeDevice.choose("auto", 2, Optional.empty()).name()).isEqualTo("cuda:0");
    assertThat(ComputeDevice.choose("cuda:1", 2, Optional.empty()).name()).isEqualTo("cuda:1");
    assertThat(ComputeDevice.choose("auto", 0, Optional.of(second)).name()).isEqualTo("cpu");
    // two workers on one GPU, or one of them on the CPU, would go unseen
    for (String wish : List.of("auto", "cuda")) {
      assertThatThrownBy(() -> ComputeDevice.choose(wish, 1, Optional.of(second)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("LOCAL_RANK=1")
          .hasMessageContaining("1 GPUs");
    }
    assertThatThrownBy(() -> ComputeDevice.choose("cuda:0", 2, Optional.of(second)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("8 workers");
    assertThatThrownBy(() -> ComputeDevice.choose("cuda", 0, Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("device: cuda was asked for");
  }

  @Test
  void theCpuIsNotTakenInSilenceWhereAGpuIsExpected() {
    ComputeDevice cpu = new ComputeDevice("cpu");
    assertThat(cpu.fallback("auto", true).orElseThrow())
        .startsWith("device: auto takes the CPU: ")
        .contains("reprise doctor");
    assertThat(cpu.fallback("auto", false)).isEmpty();
    assertThat(cpu.fallback("cpu", true)).isEmpty();
    assertThat(new ComputeDevice("cuda:0").fallback("auto", true)).isEmpty();
  }
}
