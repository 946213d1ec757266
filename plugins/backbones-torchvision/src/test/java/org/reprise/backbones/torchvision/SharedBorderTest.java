package org.reprise.backbones.torchvision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.BorderSaving;
import org.reprise.api.backbone.Framing;
import org.reprise.api.data.ImageSize;
import org.reprise.networks.Area;
import org.reprise.networks.ExactBorder;
import org.reprise.networks.OperationList;
import org.reprise.networks.OperationListNetwork;
import org.reprise.networks.Parameter;
import org.reprise.networks.SharedBorder;
import org.reprise.networks.Span;
import org.reprise.networks.Weights;
import org.reprise.networks.WindowPlan;
import org.reprise.testkit.FakeBackboneContext;

/** Every convolutional architecture with a shared border against itself without, in float64. */
class SharedBorderTest {
  private static final int GEOMETRIES = 20;

  static Stream<Architecture> convolutional() {
    return Architecture.ALL.stream()
        .filter(architecture -> architecture.blueprint().apply(10) instanceof OperationList);
  }

  static Stream<Architecture> small() {
    return Stream.of(
        Architecture.RESNET18, Architecture.MOBILENET_V2_TF, Architecture.CIFAR_RESNET20);
  }

  static Stream<Architecture> others() {
    return convolutional().filter(architecture -> small().noneMatch(architecture::equals));
  }

  @ParameterizedTest
  @MethodSource("small")
  void logitsAndGradientsAreThoseOfPlainExecution(Architecture architecture) {
    assertExact(architecture, GEOMETRIES);
  }

  /** {@code -Dtest.excludedGroups=gpu} runs these too. */
  @Tag("slow")
  @ParameterizedTest
  @MethodSource("others")
  void logitsAndGradientsOfTheOthersAreThoseOfPlainExecution(Architecture architecture) {
    assertExact(architecture, GEOMETRIES);
  }

  private static void assertExact(Architecture architecture, int geometries) {
    long seed = System.nanoTime();
    System.out.println("SharedBorderTest: " + architecture.name() + ", seed " + seed);
    torch.manual_seed(seed);
    Random random = new Random(seed);
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network = network(architecture)) {
      for (int made = 0; made < geometries; ) {
        int height = 48 + random.nextInt(32);
        int width = 48 + random.nextInt(32);
        Area input = Area.of(height, width);
        Area inside = ExactBorder.inside(random, height, width, 1, 20);
        if (SharedBorder.plan(network, input, inside).operations() > 0) {
          String what = architecture.name() + ", seed " + seed + ", " + inside + " in " + input;
          ExactBorder.assertExact(network, input, inside, 1 + random.nextInt(2), what);
          made++;
        }
      }
    }
  }

  static OperationListNetwork network(Architecture architecture) {
    return ((OperationList) architecture.blueprint().apply(10)).freeze(doubles(), false);
  }

  private static Weights doubles() {
    HashedWeights singles = new HashedWeights();
    return new Weights() {
      @Override
      public Tensor tensor(Parameter parameter) {
        return singles.tensor(parameter).to(ScalarType.Double);
      }

      @Override
      public DeviceType deviceType() {
        return DeviceType.CPU;
      }
    };
  }

  /**
   * The windows of ResNet-18 at 32 pixels: two blocks of each of the first stages, one of the
   * third.
   */
  @Test
  void theWindowsOf32PixelsIn224EndInsideTheThirdStage() {
    OperationList list = ResNets.basic(List.of(2, 2, 2, 2), 1000);
    Span middle = new Span(96, 128);
    WindowPlan plan = WindowPlan.of(list, Area.of(224, 224), new Area(middle, middle));
    assertThat(plan.operations()).isEqualTo(19);
    assertThat(plan.window(19).rows()).isEqualTo(new Span(2, 13));
    assertThat(plan.map(19)).isEqualTo(Area.of(14, 14));
  }

  /**
   * PyTorch's own account of the saved tensors of such a step, batch 128, weights left out: 1498
   * MiB.
   */
  @Test
  void atMostAQuarterIsKeptForGradientsAt32Pixels() {
    BorderSaving saving = saving(Architecture.RESNET18, 32, 128);
    assertThat(saving.plainKeptBytes() / (1 << 20)).isBetween(1480L, 1510L);
    assertThat(saving.sharedKeptBytes()).isLessThan(saving.plainKeptBytes() / 4);
    assertThat(saving(Architecture.MOBILENET_V2_TF, 32, 50))
        .satisfies(
            mobile -> assertThat(mobile.sharedKeptBytes()).isLessThan(mobile.plainKeptBytes() / 4));
  }

  private static BorderSaving saving(Architecture architecture, int image, int samples) {
    try (PointerScope scope = new PointerScope();
        OperationListNetwork network = network(architecture)) {
      return network.borderSaving(
          Framing.centred(ImageSize.square(224), ImageSize.square(image), samples));
    }
  }

  @Test
  void untrainedNetworksHaveFiniteLogitsThatDependOnTheInput() {
    torch.manual_seed(1);
    try (PointerScope scope = new PointerScope();
        Backbone backbone =
            new Factories.MobileNetV2()
                .untrained(new FakeBackboneContext(Optional.of(ImageSize.square(32))))) {
      Tensor logits = backbone.forward(torch.randn(2, 3, 32, 32));
      assertThat(logits.abs().max().item_double()).isFinite().isPositive();
      assertThat(logits.get(0).sub(logits.get(1)).abs().max().item_double()).isPositive();
    }
  }
}
