package org.reprise.benchmarks;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One training step of a run with the mapping blm++, as steps and images a second. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 4, time = 2)
public class TrainingStepBenchmark {

  /** What is varied. */
  @State(Scope.Thread)
  public static class Step {
    /** The network. */
    @Param({"shapenet", "mobilenetv2"})
    public String network;

    /** Precision of the network. */
    @Param({"fp32", "bf16"})
    public String precision;

    /** Memory layout in which images arrive. */
    @Param({"channels_last", "contiguous"})
    public String layout;

    /** Threads of libtorch. */
    @Param({"1", "all"})
    public String threads;

    private StepRig rig;
    private int batchSize;

    /** Makes a step possible; a network that is not there is skipped. */
    @Setup(Level.Trial)
    public void open() throws IOException {
      Network chosen = Network.valueOf(network.toUpperCase(Locale.ROOT));
      Optional<String> missing = chosen.missing();
      if (missing.isPresent()) {
        throw new IllegalStateException("skipped: " + missing.get());
      }
      rig =
          new StepRig(
              chosen.experiment(precision, "blm++", 2, 2),
              layout.equals("contiguous"),
              result -> {});
      // after a session was opened, which has libtorch use all cores
      if (!threads.equals("all")) {
        torch.set_num_threads(Integer.parseInt(threads));
      }
      rig.firstStep();
      batchSize = chosen.batchSize();
    }

    /** Frees what the benchmark made. */
    @TearDown(Level.Trial)
    public void close() {
      rig.close();
    }
  }

  /** Counts images. */
  @State(Scope.Thread)
  @AuxCounters
  public static class Counts {
    /** Trained on. */
    public long images;
  }

  /** One step. */
  @Benchmark
  public void step(Step step, Counts counts) {
    step.rig.step();
    counts.images += step.batchSize;
  }
}
