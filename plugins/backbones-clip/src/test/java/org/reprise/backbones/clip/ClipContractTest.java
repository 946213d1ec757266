package org.reprise.backbones.clip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.backbone.Backbone;
import org.reprise.testkit.BackboneContract;
import org.reprise.testkit.FakeBackboneContext;

final class ClipContractTest extends BackboneContract {
  @TempDir private Path folder;
  private Path weights;
  private Path vocabulary;

  @BeforeEach
  void write() throws IOException {
    weights = MadeUpClip.read("clip_vit.safetensors").write(folder.resolve("clip.safetensors"));
    vocabulary = folder.resolve("bpe.txt.gz");
    try (InputStream stream = getClass().getResourceAsStream("bpe_small.txt.gz")) {
      Files.copy(stream, vocabulary);
    }
  }

  @Override
  protected Backbone create() {
    return new ClipFactory()
        .create(
            new ClipOptions(
                weights,
                Optional.of(vocabulary),
                Optional.of(List.of("a {}.")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ClipOptions.ActivationChoice.AUTO,
                false,
                true,
                false),
            new FakeBackboneContext(
                Optional.empty(), List.of("cat", "dog", "red"), folder.resolve("cache")));
  }
}
