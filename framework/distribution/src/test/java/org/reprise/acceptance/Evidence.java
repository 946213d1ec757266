package org.reprise.acceptance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.safetensors.Safetensors;

/** Evidence files for {@code reprise mapping fit}. */
final class Evidence {
  private Evidence() {}

  /** Writes logits, row by row, and as many labels as there are rows. */
  static void write(Path file, float[] logits, long[] labels) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Tensor rows = Tensor.create(logits).view(labels.length, logits.length / labels.length);
      new Safetensors(Map.of("logits", rows, "labels", Tensor.create(labels)), Map.of())
          .write(file);
    }
  }
}
