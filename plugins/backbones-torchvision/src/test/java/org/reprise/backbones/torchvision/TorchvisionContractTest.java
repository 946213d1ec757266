package org.reprise.backbones.torchvision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.backbone.Backbone;
import org.reprise.networks.Parameter;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.BackboneContract;
import org.reprise.testkit.FakeBackboneContext;

/** The contract of backbones, for the smallest network. */
class TorchvisionContractTest extends BackboneContract {
  @TempDir private Path folder;

  @Override
  protected Backbone create() {
    Path file = folder.resolve("weights.safetensors");
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Parameter parameter : Architecture.CIFAR_RESNET20.blueprint().apply(10).parameters()) {
        tensors.put(parameter.name(), new HashedWeights().tensor(parameter));
      }
      new Safetensors(tensors, Map.of()).write(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Factories.CifarResNet20()
        .create(
            new TorchvisionOptions(file, Optional.empty(), Optional.empty(), true, false),
            new FakeBackboneContext(Optional.empty()));
  }
}
