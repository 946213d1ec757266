package org.reprise.kernels;

/** Counts with a number of threads and a variant of the CPU kernels. */
final class CpuCountKernel extends CheckedKernel {
  private final int threads;
  private final InstructionSet instructionSet;

  CpuCountKernel(int threads, InstructionSet instructionSet) {
    this.threads = threads;
    this.instructionSet = instructionSet;
  }

  @Override
  int call(Logits logits, Labels labels, long k, long firstRow, Counts counts) {
    return NativeCounts.reprise_cpu_add(
        Memory.address(logits.address()),
        logits.type().code(),
        logits.rows(),
        logits.sourceLabels(),
        logits.rowStride(),
        Memory.address(labels.address()),
        counts.targetLabels(),
        k,
        Memory.address(counts.cells()),
        Memory.address(counts.status()),
        firstRow,
        threads,
        instructionSet.code());
  }

  @Override
  String message(int error) {
    return switch (error) {
      case -2 -> "out of memory";
      case -3 -> "this processor has no " + instructionSet;
      default -> "error " + error;
    };
  }

  @Override
  public String toString() {
    return "CPU, %s, %s".formatted(instructionSet, threads == 0 ? "all threads" : threads);
  }
}
