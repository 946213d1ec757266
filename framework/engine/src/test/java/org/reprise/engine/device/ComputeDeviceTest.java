package org.reprise.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
