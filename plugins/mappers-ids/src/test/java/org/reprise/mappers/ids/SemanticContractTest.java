package org.reprise.mappers.ids;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.LabelMapperContract;

final class SemanticContractTest extends LabelMapperContract {
  @TempDir private Path folder;

  @Override
  protected LabelMapper create(LabelMapperContext context) {
    Path file = folder.resolve(context.sourceLabels() + "-" + context.targetLabels());
    if (!file.toFile().exists()) {
      try (PointerScope scope = new PointerScope()) {
        Map<String, Tensor> rows =
            Map.of(
                "source", torch.randn(context.sourceLabels(), 3),
                "target", torch.randn(context.targetLabels(), 3));
        new Safetensors(rows, Map.of()).write(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new SemanticFactory()
        .create(new SemanticOptions(Optional.empty(), Optional.of(file), 1), context);
  }
}
