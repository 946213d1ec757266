package org.reprise.backbones.torchscript;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.data.ImageSize;
import org.reprise.testkit.BackboneContract;
import org.reprise.testkit.FakeBackboneContext;
import org.reprise.testkit.Fixtures;

final class TorchScriptContractTest extends BackboneContract {
  @TempDir private Path folder;
  private Path network;

  @BeforeEach
  void writeNetwork() throws IOException {
    network = folder.resolve("tiny_net.pt");
    try (InputStream stream = Fixtures.open("tiny_net.pt")) {
      Files.copy(stream, network);
    }
  }

  @Override
  protected Backbone create() {
    int size = Integer.parseInt(Fixtures.read("trajectory.safetensors").metadata().get("out_size"));
    return new TorchScriptBackboneFactory()
        .create(
            new TorchScriptOptions(network, Optional.empty(), Optional.empty(), Optional.empty()),
            new FakeBackboneContext(Optional.of(ImageSize.square(size))));
  }
}
