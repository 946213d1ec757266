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

  private static final int SOURCES = 20; // of evidence without samples

  /** Writes logits, row by row, and as many labels as there are rows. */
  static void write(Path file, float[] logits, long[] labels) throws IOException {
    write(file, logits, labels, labels.length);
  }

  /** Writes the labels in another shape. */
  static void write(Path file, float[] logits, long[] labels, long... shape) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      int columns = labels.length == 0 ? SOURCES : logits.length / labels.length;
      Tensor rows = Tensor.create(logits).view(labels.length, columns);
      Tensor shaped = Tensor.create(labels).view(shape);
      new Safetensors(Map.of("logits", rows, "labels", shaped), Map.of()).write(file);
    }
  }
}
