package org.reprise.engine.bench;

import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.NoGrad;

/**
 * What a machine can do at best, measured in the run whose figures it is held against.
 *
 * @param copyGigabytes read and written a second by a copy of memory that no cache holds
 * @param productGigaflops additions and multiplications a second of a product of matrices
 * @param productType dtype of that product: bfloat16 on a GPU, else float32
 */
public record Limits(double copyGigabytes, double productGigaflops, String productType) {
  private static final long COPY_BYTES = 256L << 20;
  private static final long CPU_SIDE = 1024;
  private static final long GPU_SIDE = 8192;
  private static final int TIMINGS = 5;

  /** Measures; takes a second or so. */
  public static Limits measure(ComputeDevice device) {
    ScalarType type = device.isCuda() ? ScalarType.BFloat16 : ScalarType.Float;
    long side = device.isCuda() ? GPU_SIDE : CPU_SIDE;
    try (PointerScope scope = new PointerScope();
        NoGrad noGrad = new NoGrad()) {
      Device place = device.torchDevice();
      Tensor from = torch.zeros(COPY_BYTES / Float.BYTES).to(place, ScalarType.Float);
      Tensor to = torch.empty_like(from);
      double copy = best(() -> to.copy_(from), to);
      Tensor square = torch.randn(side, side).to(place, type);
      Tensor product = torch.empty_like(square);
      double multiply = best(() -> torch.mm_out(product, square, square), product);
      return new Limits(
          2e-9 * COPY_BYTES / copy,
          2e-9 * side * side * side / multiply,
          type == ScalarType.Float ? "float32" : "bfloat16");
    }
  }

  private static double best(Runnable work, Tensor result) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TIMINGS; i++) {
      try (PointerScope scope = new PointerScope()) {
        long start = System.nanoTime();
        work.run();
        result.select(0, 0).sum().item_double(); // waits for a GPU
        best = Math.min(best, (System.nanoTime() - start) * 1e-9);
      }
    }
    return best;
  }

  /** Returns one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "limits here: a copy of %.0f MB reads and writes %.1f GB/s; a %s product %.0f GFLOP/s",
        COPY_BYTES / 1e6,
        copyGigabytes,
        productType,
        productGigaflops);
  }
}
