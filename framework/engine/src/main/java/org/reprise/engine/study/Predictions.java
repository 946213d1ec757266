package org.reprise.engine.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.run.Evaluation;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.RunDirectory;
import org.reprise.safetensors.Safetensors;

/**
 * {@code predictions.safetensors}: what a complete run predicts for each test sample, in their
 * order, after its last epoch ({@code last.*}) and at the selected one ({@code best.*}): {@code
 * labels} [N] int64, {@code predictions} [N] int64, {@code probabilities} [N] float32, {@code
 * confusion} [KT,KT] int64.
 */
final class Predictions {
  private static final String TEST = "test.";

  private Predictions() {}

  /** Returns an evaluation's tensors by their names in a checkpoint. */
  static Map<String, Tensor> tensors(Evaluation evaluation) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(TEST + "predictions", evaluation.predictions());
    tensors.put(TEST + "probabilities", evaluation.probabilities());
    tensors.put(TEST + "confusion", evaluation.confusion());
    return tensors;
  }

  /** Tells whether a checkpoint holds an evaluation. */
  static boolean areIn(Checkpoint checkpoint) {
    return checkpoint.tensors().containsKey(TEST + "predictions");
  }

  /**
   * Makes the file of the checkpoints of a complete run.
   *
   * @param directory of the run
   * @param labels of the test samples, {@code [N]} int64; borrowed
   */
  static void write(RunDirectory directory, Tensor labels) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> all = new LinkedHashMap<>();
      all.put("labels", labels);
      for (String name : List.of(RunDirectory.LAST, RunDirectory.BEST)) {
        if (Checkpoint.exists(directory.checkpoints(), name)) {
          Checkpoint.read(directory.checkpoints(), name)
              .tensors()
              .forEach(
                  (key, tensor) -> {
                    if (key.startsWith(TEST)) {
                      all.put(name + "." + key.substring(TEST.length()), tensor);
                    }
                  });
        }
      }
      AtomicFiles.replace(directory.predictions(), new Safetensors(all, Map.of())::write);
    }
  }
}
