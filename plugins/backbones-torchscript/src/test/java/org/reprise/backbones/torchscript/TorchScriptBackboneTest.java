package org.reprise.backbones.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.ForwardOnly;
import org.reprise.api.data.ImageSize;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.FakeBackboneContext;
import org.reprise.testkit.Fixtures;
import org.reprise.testkit.TensorAssertions;

class TorchScriptBackboneTest {
  @TempDir private Path folder;
  private Path network;

  @BeforeEach
  void writeNetwork() throws IOException {
    network = folder.resolve("tiny_net.pt");
    try (InputStream stream = Fixtures.open("tiny_net.pt")) {
      Files.copy(stream, network);
    }
  }

  private static Backbone open(Path file, Optional<Path> labels, int size) {
    return new TorchScriptBackboneFactory()
        .create(
            new TorchScriptOptions(file, labels, Optional.empty(), Optional.empty()),
            new FakeBackboneContext(Optional.of(ImageSize.square(size))));
  }

  @Test
  void runsTheNetworkAndGivesItsInputAGradient() {
    int size = Integer.parseInt(Fixtures.read("trajectory.safetensors").metadata().get("out_size"));
    int sourceLabels =
        Integer.parseInt(Fixtures.read("trajectory.safetensors").metadata().get("ks"));
    try (PointerScope scope = new PointerScope();
        Backbone backbone = open(network, Optional.empty(), size)) {
      Tensor x = torch.randn(5, 3, size, size);
      x.set_requires_grad(true);
      Tensor logits = backbone.forward(x);
      logits.sum().backward();

      assertThat(backbone.sourceLabels()).isEqualTo(sourceLabels);
      assertThat(backbone.labels()).hasSize(sourceLabels);
      assertThat(TensorAssertions.shape(logits)).containsExactly(5, sourceLabels);
      assertThat(x.grad().abs().sum().item_double()).isPositive();
      JitModule plain = torch.load(network.toString());
      plain.eval();
      Tensor expected = plain.forward(new IValueVector(new IValue(x.detach()))).toTensor();
      // folding batch-norm and another layout change the order of float32 sums
      TensorAssertions.assertClose("logits", logits, expected, 1e-4, 1e-4);
    }
  }

  @Test
  void normalisationIsOfPixelsFromZeroToOne() {
    new TorchScriptOptions.Normalize(List.of(0.0, 0.5, 1.0), List.of(1.0, 0.5, 1 / 255.0));
    assertThatThrownBy(
            () ->
                new TorchScriptOptions.Normalize(
                    List.of(123.7, 116.3, 103.5), List.of(0.2, 0.2, 0.2)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("found [123.7, 116.3, 103.5]")
        .hasMessageContaining("divided by 255");
    List<List<Double>> wrong =
        List.of(
            List.of(58.4, 57.1, 57.4),
            List.of(0.0, 1.0, 1.0),
            List.of(Double.NaN, 1.0, 1.0),
            List.of(1.0, 1.0));
    for (List<Double> std : wrong) {
      assertThatThrownBy(() -> new TorchScriptOptions.Normalize(List.of(0.5, 0.5, 0.5), std))
          .isInstanceOf(InvalidOptionException.class);
    }
  }

  @Test
  void labelsMustBeAsManyAsOutputs() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.txt"), "one\ntwo\n");
    assertThatThrownBy(() -> open(network, Optional.of(labels), 64))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("names 2 labels")
        .hasMessageContaining("50 outputs");
    assertThatThrownBy(() -> open(network, Optional.of(folder.resolve("none.txt")), 64))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none.txt: no such file");
  }

  @Test
  void whatIsNotTorchScriptIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.pt"), "not a network");
    Path weights = folder.resolve("weights.pt");
    try (PointerScope scope = new PointerScope()) {
      new Safetensors(Map.of("x", torch.ones(2)), Map.of()).write(weights);
    }
    for (Path file : new Path[] {text, weights}) {
      assertThatThrownBy(() -> open(file, Optional.empty(), 64))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("not a TorchScript file");
    }
    assertThatThrownBy(() -> open(folder.resolve("none.pt"), Optional.empty(), 64))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such file");
  }

  // the files come from scripts/make-torchscript-fixtures.py (PyTorch 1.13)
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NoLogits.pt | logits [2,KS] were expected",
        "OtherSize.pt | does not take two float32 images [2,3,4,4]"
      })
  void aNetworkThatCannotBeReprogrammedIsRefused(String name, String message) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream stream = getClass().getResourceAsStream(name)) {
      Files.copy(stream, file);
    }
    assertThatThrownBy(() -> open(file, Optional.empty(), 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(message);
  }

  /** For update rules that go by losses alone. */
  @Test
  void aNetworkWithoutAGradientSaysSo() throws IOException {
    Path file = folder.resolve("NoGradient.pt");
    try (InputStream stream = getClass().getResourceAsStream("NoGradient.pt")) {
      Files.copy(stream, file);
    }
    try (PointerScope scope = new PointerScope();
        Backbone backbone = open(file, Optional.empty(), 4)) {
      assertThat(backbone)
          .isInstanceOfSatisfying(
              ForwardOnly.class,
              network ->
                  assertThat(network.reason())
                      .contains("NoGradient.pt", "gives no gradient to its input"));
      assertThat(backbone.forward(torch.rand(2, 3, 4, 4)).size(0)).isEqualTo(2);
    }
    try (PointerScope scope = new PointerScope();
        Backbone backbone = open(network("x.mean([2, 3])"))) {
      assertThat(backbone).isNotInstanceOf(ForwardOnly.class);
    }
  }

  @Test
  void aNetworkWithoutLogitsForEachImageIsRefused() {
    for (String result : new String[] {"x.mean([2, 3])[0:1]", "x.mean([2, 3])[:, 0:0]"}) {
      assertThatThrownBy(() -> open(network(result)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("for two images, logits [2,KS] were expected");
    }
  }

  @Test
  void logitsInDoublePrecisionAreRounded() {
    try (PointerScope scope = new PointerScope();
        Backbone backbone = open(network("x.double().mean([2, 3])"))) {
      Tensor x = torch.randn(3, 3, 4, 4);
      TensorAssertions.assertClose("logits", backbone.forward(x), x.mean(2, 3), 1e-6, 1e-6);
      assertThat(backbone.forward(x).scalar_type().intern()).isEqualTo(ScalarType.Float);
    }
  }

  private static Backbone open(Path file) {
    return open(file, Optional.empty(), 4);
  }

  /** Writes a network that returns an expression of its input x. */
  private Path network(String result) {
    Path file = folder.resolve("written.pt");
    try (PointerScope scope = new PointerScope()) {
      JitModule module = new JitModule(new QualifiedName("__torch__.Written"));
      module.define("def forward(self, x):\n  return " + result + "\n");
      module.save(file.toString());
    }
    return file;
  }

  @Test
  void anImageNetNetworkKeepsItsLabels() {
    String real = System.getProperty("reprise.real", "");
    assumeTrue(!real.isBlank(), "needs real weights: -Dreprise.real=DIR");
    try (PointerScope scope = new PointerScope();
        Backbone backbone =
            open(
                Path.of(real, "mobilenet_v2_imagenet.pt"),
                Optional.of(Path.of(real, "imagenet_classes.txt")),
                224)) {
      assertThat(backbone.sourceLabels()).isEqualTo(1000);
      assertThat(backbone.labels().get(285)).containsIgnoringCase("egyptian cat");
    }
  }
}
