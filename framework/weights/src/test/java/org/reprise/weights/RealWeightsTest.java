package org.reprise.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Published files; {@code -Dreprise.real=DIR} says where they are. */
@EnabledIfSystemProperty(named = "reprise.real", matches = ".+")
class RealWeightsTest {

  private static Path real(String name) {
    return Path.of(System.getProperty("reprise.real"), name);
  }

  private static double absoluteSum(StateDict dict) throws IOException {
    double sum = 0;
    for (String name : dict.names()) {
      try (PointerScope scope = new PointerScope()) {
        sum += dict.read(name, ScalarType.Double).abs().sum().item_double();
      }
    }
    return sum;
  }

  @Test
  void theOldFilesOfCifarResNets() throws IOException {
    StateDict small = StateDict.open(real("resnet20-12fca82f.th"));
    assertThat(small.format()).isEqualTo(WeightFormat.TORCH_LEGACY);
    assertThat((double) small.values().get("best_prec1")).isEqualTo(91.78, within(0.005));
    assertThat(small.names()).hasSize(97).allMatch(name -> name.startsWith("state_dict.module."));
    assertThat(small.plain().names()).contains("conv1.weight", "linear.bias");
    // summed by PyTorch
    assertThat(String.format(Locale.ROOT, "%.6f", absoluteSum(small))).isEqualTo("21349.562591");
    assertThat(StateDict.open(real("resnet56-4bfd9763.th")).plain().names())
        .contains("layer3.8.bn2.running_var");
  }

  @Test
  void oneNetworkAsTorchScriptAndAsSafetensors() throws IOException {
    StateDict script = StateDict.open(real("mobilenet_v2_imagenet.pt"));
    StateDict tensors = StateDict.open(real("mobilenet_v2_imagenet.safetensors"));
    assertThat(script.format()).isEqualTo(WeightFormat.TORCHSCRIPT);
    assertThat(script.names()).containsAll(tensors.names());
    for (String name : tensors.names()) {
      try (PointerScope scope = new PointerScope()) {
        double largest =
            script
                .read(name, ScalarType.Float)
                .sub(tensors.read(name, ScalarType.Float))
                .abs()
                .max()
                .item_double();
        assertThat(largest).as(name).isLessThan(0.05); // one of them is rounded to half precision
      }
    }
  }
}
