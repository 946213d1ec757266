package org.reprise.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.reprise.engine.record.PeakMemory;
import org.reprise.weights.StateDict;

/**
 * Time and memory of loading files of weights, all tensors kept: the first time in this process and
 * again. Arguments: files.
 */
public final class LoadWeights {
  private LoadWeights() {}

  /** Loads and prints. */
  public static void main(String[] args) throws IOException {
    torch.set_num_threads(1); // loads libtorch before the first figure
    for (String name : args) {
      Path file = Path.of(name);
      for (String when : new String[] {"first", "again"}) {
        long before = PeakMemory.bytes().orElse(0);
        long start = System.nanoTime();
        try (PointerScope scope = new PointerScope()) {
          StateDict dict = StateDict.open(file);
          for (String tensor : dict.names()) {
            dict.read(tensor);
          }
          System.out.printf(
              Locale.ROOT,
              "%s (%s): %.0f ms, peak memory grew by %.2f times the file%n",
              file.getFileName(),
              when,
              (System.nanoTime() - start) / 1e6,
              (double) (PeakMemory.bytes().orElse(0) - before) / Files.size(file));
        }
      }
    }
  }
}
