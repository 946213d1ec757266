package org.reprise.backbones.torchvision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.networks.Blueprint;
import org.reprise.networks.FrozenNetwork;
import org.reprise.networks.Parameter;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.TensorAssertions;

/**
 * Every architecture against torchvision's own: names, shapes, logits and input gradients with the
 * same weights. scripts/make-backbone-fixtures.py made the references, in float64.
 */
class FidelityTest {
  // of the largest value: float32 against float64, through up to 152 layers
  private static final double TOLERANCE = 1e-4;

  static Stream<Architecture> all() {
    return Architecture.ALL.stream();
  }

  // some seconds each
  private static boolean isLarge(Architecture architecture) {
    return architecture.name().matches("resnet101|resnet152|resnext101.*|wide.*|vit-b-16");
  }

  static Stream<Architecture> small() {
    return all().filter(architecture -> !isLarge(architecture));
  }

  static Stream<Architecture> large() {
    return all().filter(FidelityTest::isLarge);
  }

  @ParameterizedTest
  @MethodSource("all")
  void namesAndShapesAreTorchvisions(Architecture architecture) throws IOException {
    Blueprint blueprint =
        architecture.blueprint().apply(architecture.name().startsWith("cifar") ? 10 : 1000);
    TreeSet<String> ours =
        Stream.concat(blueprint.parameters().stream(), blueprint.unneeded().stream())
            .map(FidelityTest::line)
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> theirs = new TreeSet<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(getClass().getResourceAsStream("parameters.txt.gz")),
                StandardCharsets.UTF_8))) {
      String prefix = architecture.name() + " ";
      reader
          .lines()
          .filter(line -> line.startsWith(prefix))
          .forEach(line -> theirs.add(line.substring(prefix.length())));
    }
    assertThat(theirs).isNotEmpty();
    assertThat(ours).isEqualTo(theirs);
    assertThat(blueprint.parameters().stream().map(Parameter::name)).doesNotHaveDuplicates();
  }

  private static String line(Parameter parameter) {
    return parameter.name()
        + " "
        + parameter.shape().stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  @ParameterizedTest
  @MethodSource("small")
  void logitsAndInputGradientsAreTorchvisions(Architecture architecture) throws IOException {
    assertFaithful(architecture);
  }

  /** {@code -Dtest.excludedGroups=gpu} runs these too. */
  @Tag("slow")
  @ParameterizedTest
  @MethodSource("large")
  void logitsAndInputGradientsOfLargeNetworksAreTorchvisions(Architecture architecture)
      throws IOException {
    assertFaithful(architecture);
  }

  private static void assertFaithful(Architecture architecture) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor frozen = faithfulLogits(architecture, false);
      Tensor plain = faithfulLogits(architecture, true);
      assertClose(architecture.name() + ", frozen beside plain", frozen, plain);
    }
  }

  /** Returns the logits, the caller's scope's. */
  private static Tensor faithfulLogits(Architecture architecture, boolean plain)
      throws IOException {
    try (PointerScope scope = new PointerScope();
        InputStream stream = FidelityTest.class.getResourceAsStream("fidelity.safetensors")) {
      Safetensors expected = Safetensors.read(stream, "fidelity.safetensors");
      String name = architecture.name();
      int[] figures =
          Arrays.stream(expected.metadata().get(name).split(" "))
              .mapToInt(Integer::parseInt)
              .toArray();
      Tensor logits = expected.get(name + ".logits");
      Tensor x =
          HashedWeights.make("input" + figures[3], 0, 1.7, figures[0], 3, figures[1], figures[1]);
      x.set_requires_grad(true);
      String what = name + (plain ? ", plain, " : ", frozen, ");
      Tensor result;
      try (FrozenNetwork network =
          architecture.blueprint().apply((int) logits.size(1)).freeze(new HashedWeights(), plain)) {
        Tensor actual = network.forward(x);
        assertClose(what + "logits", actual, logits);
        result = actual.detach().clone().retainReference();
        Tensor cotangent = HashedWeights.make("cotangent", 0, 1, logits.size(0), logits.size(1));
        actual.mul(cotangent).sum().backward();
      }
      Tensor gradient = x.grad().contiguous().flatten();
      assertClose(
          what + "input gradient",
          gradient.slice(0, new LongOptional(), new LongOptional(), figures[2]),
          expected.get(name + ".gradient"));
      double[] sums = TensorAssertions.doubles(expected.get(name + ".sums"));
      assertThat(gradient.sum().item_double()).isCloseTo(sums[0], within(TOLERANCE * sums[1]));
      assertThat(gradient.abs().sum().item_double())
          .isCloseTo(sums[1], within(TOLERANCE * sums[1]));
      return result;
    }
  }

  private static void assertClose(String what, Tensor actual, Tensor expected) {
    double scale = expected.abs().max().item_double();
    assertThat(scale).isPositive();
    TensorAssertions.assertClose(what, actual, expected, TOLERANCE * scale, 0);
  }

  @Test
  void theFormsAgreeOnFreshInput() {
    long seed = System.nanoTime();
    System.out.println("theFormsAgreeOnFreshInput: seed " + seed);
    torch.manual_seed(seed);
    for (Architecture architecture :
        new Architecture[] {Architecture.CIFAR_RESNET20, Architecture.MOBILENET_V2}) {
      Blueprint blueprint = architecture.blueprint().apply(7);
      try (PointerScope scope = new PointerScope();
          FrozenNetwork plain = blueprint.freeze(new HashedWeights(), true);
          FrozenNetwork folded = blueprint.freeze(new HashedWeights(), false)) {
        Tensor x = torch.randn(3, 3, 40, 56);
        assertClose(architecture.name(), folded.forward(x), plain.forward(x));
      }
    }
  }
}
