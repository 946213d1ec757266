package org.reprise.engine.counting;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.mapping.JointCounts;
import org.reprise.kernels.CountKernel;
import org.reprise.kernels.Counts;
import org.reprise.kernels.InstructionSet;
import org.reprise.kernels.KernelLibrary;
import org.reprise.kernels.Labels;
import org.reprise.kernels.Logits;

/**
 * An implementation of JointCounts that this machine can run.
 *
 * @param name for the report
 * @param deferred whether a bad batch is told of when the counts are read
 * @param emulated whether it is too slow for large cases
 * @param relativeError of a sum of probabilities, for each source label: how the softmax adds up
 * @param kernel by number of threads; null for libtorch operations
 */
record Implementation(
    String name,
    boolean deferred,
    boolean emulated,
    double relativeError,
    IntFunction<CountKernel> kernel) {

  static List<Implementation> all() {
    List<Implementation> all = new ArrayList<>();
    all.add(new Implementation("torch", false, false, 1e-9, null));
    for (InstructionSet set : InstructionSet.values()) {
      if (KernelLibrary.supports(set)) {
        all.add(
            new Implementation(
                set.toString(), false, false, 0, threads -> KernelLibrary.cpu(threads, set)));
      }
    }
    if (emulatedCuda()) {
      all.add(
          new Implementation(
              "emulated CUDA", true, true, 0, threads -> KernelLibrary.cuda(0, null)));
    }
    return all;
  }

  /** The CUDA kernels' source compiled for the host; a process opens it or the real one. */
  private static boolean emulatedCuda() {
    String path = System.getProperty("reprise.kernels.emulated", "");
    if (!new File(path).isFile() || torch.cuda_is_available()) {
      return false;
    }
    System.setProperty("reprise.kernels.cuda", path);
    return KernelLibrary.cudaDevices() > 0;
  }

  /** Makes empty counts on the CPU, with one to three threads. */
  JointCounts counts(int sources, int targets, Random random) {
    Device cpu = new Device("cpu");
    if (kernel == null) {
      return new TorchJointCounts(sources, targets, cpu);
    }
    CountKernel chosen = kernel.apply(1 + random.nextInt(3));
    return new NativeJointCounts(sources, targets, cpu, () -> chosen, deferred);
  }

  /** Makes kernel counts of one cell that holds so many whole samples before each batch. */
  JointCounts almostFull(long samples, Random random) {
    CountKernel chosen = new Filled(kernel.apply(1 + random.nextInt(3)), samples << 36);
    return new NativeJointCounts(1, 1, new Device("cpu"), () -> chosen, deferred);
  }

  /** Sets the first cell before it hands a batch on. */
  private record Filled(CountKernel kernel, long value) implements CountKernel {
    @Override
    public void addArgmax(Logits logits, Labels labels, long firstRow, Counts counts) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void addTopK(Logits logits, Labels labels, long k, long firstRow, Counts counts) {
      new LongPointer(counts.cells()).put(value);
      Counts filled =
          new Counts(
              counts.cells(),
              counts.sourceLabels(),
              counts.targetLabels(),
              counts.status(),
              Counts.UNKNOWN);
      kernel.addTopK(logits, labels, k, firstRow, filled);
    }
  }

  /** Relative error that the float32 softmax of a row may have. */
  double tolerance(int sources) {
    return 2e-6 + relativeError * sources;
  }

  @Override
  public String toString() {
    return name;
  }
}
