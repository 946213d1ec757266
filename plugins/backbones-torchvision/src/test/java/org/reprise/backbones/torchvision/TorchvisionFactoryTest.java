package org.reprise.backbones.torchvision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.data.ImageSize;
import org.reprise.api.download.Download;
import org.reprise.networks.Parameter;
import org.reprise.safetensors.Safetensors;
import org.reprise.support.DownloadTable;
import org.reprise.testkit.Discovery;
import org.reprise.testkit.FakeBackboneContext;
import org.reprise.testkit.NativeMemory;
import org.reprise.testkit.TensorAssertions;

class TorchvisionFactoryTest {
  @TempDir private Path folder;
  private Path weights;

  @BeforeEach
  void writeWeights() throws IOException {
    weights = write("cifar20.safetensors", Architecture.CIFAR_RESNET20, 10, "module.", Map.of());
  }

  private Path write(
      String name, Architecture architecture, int labels, String prefix, Map<String, Tensor> more)
      throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Parameter parameter : architecture.blueprint().apply(labels).parameters()) {
        tensors.put(prefix + parameter.name(), new HashedWeights().tensor(parameter));
      }
      more.forEach((key, tensor) -> tensors.put(prefix + key, tensor));
      Path file = folder.resolve(name);
      new Safetensors(tensors, Map.of()).write(file);
      return file;
    }
  }

  private static TorchvisionOptions options(Path weights) {
    return new TorchvisionOptions(weights, Optional.empty(), Optional.empty(), true, false);
  }

  private static Backbone open(TorchvisionFactory factory, TorchvisionOptions options) {
    return factory.create(options, new FakeBackboneContext(Optional.empty()));
  }

  @Test
  void everyArchitectureHasAFactory() {
    Discovery.assertListed(Factories.class.getDeclaredClasses());
    assertThat(Factories.class.getDeclaredClasses()).hasSameSizeAs(Architecture.ALL);
  }

  @Test
  void weightsOfDataParallelAreReadAndNothingLeaks() {
    NativeMemory.assertFlat(
        "opening, using and closing a backbone",
        () -> {
          try (Backbone backbone = open(new Factories.CifarResNet20(), options(weights))) {
            Tensor x = torch.zeros(2, 3, 32, 32);
            x.set_requires_grad(true);
            Tensor logits = backbone.forward(x);
            logits.sum().backward();
            assertThat(TensorAssertions.shape(logits)).containsExactly(2, 10);
            assertThat(x.grad().abs().sum().item_double()).isPositive();
            assertThat(backbone.labels()).hasSize(10).startsWith("0", "1");
          }
        });
  }

  @Test
  void underAutocastTheNetworkRunsInItsDtypeAndComesBack() {
    try (PointerScope scope = new PointerScope();
        Backbone backbone = open(new Factories.CifarResNet20(), options(weights))) {
      Tensor x = HashedWeights.make("input", 0, 1.7, 2, 3, 32, 32).set_requires_grad(true);
      Tensor full = backbone.forward(x);
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
      Tensor reduced;
      try {
        reduced = backbone.forward(x);
      } finally {
        torch.set_autocast_enabled(DeviceType.CPU, false);
      }
      assertThat(reduced.scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      double scale = full.abs().max().item_double();
      // eight bits of mantissa through 20 layers
      TensorAssertions.assertClose("bf16", reduced, full, 0.05 * scale, 0);
      reduced.to(ScalarType.Float).sum().backward();
      assertThat(x.grad().abs().sum().item_double()).isPositive();
      TensorAssertions.assertEqual("after autocast", backbone.forward(x), full);
    }
  }

  @Test
  void theSizeIsTheOptionsElseThePromptsElseTheNetworks() {
    TorchvisionFactory factory = new Factories.CifarResNet20();
    Optional<ImageSize> prompt = Optional.of(ImageSize.square(48));
    TorchvisionOptions sized =
        new TorchvisionOptions(weights, Optional.empty(), Optional.of(64), true, false);
    try (Backbone own = open(factory, options(weights));
        Backbone prompts = factory.create(options(weights), new FakeBackboneContext(prompt));
        Backbone options = factory.create(sized, new FakeBackboneContext(prompt))) {
      assertThat(own.inputSize()).isEqualTo(ImageSize.square(32));
      assertThat(prompts.inputSize()).isEqualTo(ImageSize.square(48));
      assertThat(options.inputSize()).isEqualTo(ImageSize.square(64));
    }
    assertThatThrownBy(
            () -> new Factories.VitB32().create(options(weights), new FakeBackboneContext(prompt)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("takes images of 224x224")
        .hasMessageContaining("48x48");
  }

  @Test
  void weightsOfAnotherArchitectureAreNamed() {
    assertThatThrownBy(() -> open(new Factories.CifarResNet32(), options(weights)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(weights.toString())
        .hasMessageContaining("missing")
        .hasMessageContaining("layer1.3.conv1.weight [16, 16, 3, 3]")
        .hasMessageContaining("It fits cifar-resnet20.");
    assertThatThrownBy(() -> open(new Factories.ResNet18(), options(weights)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("mis-shaped")
        .hasMessageContaining("conv1.weight wanted [64, 3, 7, 7], found [16, 3, 3, 3]")
        .hasMessageContaining("It fits cifar-resnet20.");
  }

  @Test
  void strictIsForWhatTheNetworkHasNoPlaceFor() throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Path more =
          write(
              "more.safetensors",
              Architecture.CIFAR_RESNET20,
              10,
              "",
              Map.of("extra.weight", torch.ones(3), "bn1.num_batches_tracked", torch.ones(1)));
      assertThatThrownBy(() -> open(new Factories.CifarResNet20(), options(more)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("extra.weight [3]")
          .hasMessageContaining("1 unexpected");
      TorchvisionOptions lenient =
          new TorchvisionOptions(more, Optional.empty(), Optional.empty(), false, false);
      FakeBackboneContext context = new FakeBackboneContext(Optional.empty());
      try (Backbone backbone = new Factories.CifarResNet20().create(lenient, context)) {
        assertThat(backbone.sourceLabels()).isEqualTo(10);
      }
      assertThat(context.notes())
          .singleElement()
          .asString()
          .contains("more.safetensors", "1 unexpected tensors left", "extra.weight [3]");
    }
  }

  @Test
  void whatIsNoFileOfWeightsIsSaidSo() throws IOException {
    Path text = Files.writeString(folder.resolve("text.pth"), "not weights, and long enough");
    assertThatThrownBy(() -> open(new Factories.ResNet18(), options(text)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("text.pth: not a file of weights");
    assertThatThrownBy(
            () -> open(new Factories.ResNet50(), options(folder.resolve("imagenet1k-v3"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such file")
        .hasMessageContaining("imagenet1k-v1, imagenet1k-v2");
  }

  @Test
  void publishedNamesAreFetched() throws IOException {
    Path cache = folder.resolve("cache");
    Files.createDirectories(cache.resolve("weights"));
    String fileName = new Factories.ResNet18().downloads().get(0).fileName();
    Files.copy(
        write("resnet18.safetensors", Architecture.RESNET18, 1000, "", Map.of()),
        cache.resolve("weights").resolve(fileName));
    FakeBackboneContext context = new FakeBackboneContext(Optional.empty(), List.of(), cache);
    TorchvisionOptions named = options(folder.resolve("imagenet1k-v1"));
    try (Backbone backbone = new Factories.ResNet18().create(named, context)) {
      assertThat(backbone.labels()).hasSize(1000).contains("Egyptian cat");
      assertThat(context.notes()).isEmpty();
    }
  }

  @Test
  void labelsComeFromAFileOrAreImageNets() throws IOException {
    Path two = Files.writeString(folder.resolve("labels.txt"), "one\ntwo\n");
    TorchvisionOptions wrong =
        new TorchvisionOptions(weights, Optional.of(two), Optional.empty(), true, false);
    assertThatThrownBy(() -> open(new Factories.CifarResNet20(), wrong))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("names 2 labels")
        .hasMessageContaining("10 outputs");
    Path large = write("thousand.safetensors", Architecture.CIFAR_RESNET20, 1000, "", Map.of());
    TorchvisionOptions named =
        new TorchvisionOptions(
            large, Optional.of(folder.resolve("imagenet1k")), Optional.empty(), true, false);
    try (Backbone backbone = open(new Factories.CifarResNet20(), named)) {
      assertThat(backbone.labels()).hasSize(1000).doesNotContain("");
      assertThat(backbone.labels().get(285)).isEqualTo("Egyptian cat");
    }
  }

  @Test
  void everyPublishedFileBelongsToAnArchitectureAndHasItsChecksum() {
    List<Download> table = DownloadTable.ofResource(TorchvisionFactory.class, "weights.txt");
    for (Download row : table) {
      assertThat(Architecture.ALL)
          .as(row.name())
          .anyMatch(architecture -> row.name().startsWith(architecture.name() + "/"));
      // the eight digits in the file's name are what torchvision itself checks
      String published = row.fileName().replaceAll(".*-([0-9a-f]{8})\\.pth", "$1");
      assertThat(row.checksum().orElseThrow())
          .as(row.name())
          .matches("sha256(-prefix)?:" + published + ".*");
      assertThat(row.bytes().isPresent() || row.note().endsWith(" MiB")).as(row.name()).isTrue();
      assertThat(row.uri()).as(row.name()).isPresent();
    }
    assertThat(new Factories.ResNet18().downloads()).hasSize(1);
    assertThat(new Factories.ResNet50().downloads()).hasSize(2);
    assertThat(new Factories.ResNext101Groups32().downloads())
        .extracting(Download::name)
        .contains("resnext101-32x8d/instagram");
  }
}
