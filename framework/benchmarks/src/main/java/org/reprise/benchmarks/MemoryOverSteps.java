package org.reprise.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.Stage;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.PeakMemory;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyRunner;
import org.reprise.engine.training.RunStoppedException;

/**
 * Peak resident memory of a whole run (evaluation, checkpoints and all) at steps 200 and 2000.
 * Arguments: an experiment, then overrides.
 */
public final class MemoryOverSteps implements RunListener {
  private static final int FIRST = 200;
  private static final int LAST = 2000;

  private int steps;
  private long first;

  private MemoryOverSteps() {}

  /** Runs and prints. */
  public static void main(String[] args) throws IOException {
    Path output = Files.createTempDirectory("reprise-benchmark");
    List<String> overrides =
        Stream.concat(List.of(args).subList(1, args.length).stream(), Stream.of("output=" + output))
            .toList();
    MemoryOverSteps watch = new MemoryOverSteps();
    try (PluginHost host = StepRig.loadPlugins()) {
      new StudyRunner(host, watch, () -> watch.steps >= LAST, Invocation.of(List.of()))
          .run(Experiment.read(Path.of(args[0]), overrides), false);
      System.out.println("the run ended before step " + LAST);
    } catch (RunStoppedException e) {
      System.out.println("stopped at step " + watch.steps);
    } finally {
      try (Stream<Path> files = Files.walk(output)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Override
  public void on(RunEvent event) {
    if (!(event instanceof RunEvent.Step step && step.stage() == Stage.TRAINING)) {
      return;
    }
    steps++;
    if (steps % FIRST == 0) {
      long peak = PeakMemory.bytes().orElseThrow();
      first = steps == FIRST ? peak : first;
      System.out.printf(
          Locale.ROOT,
          "step %4d: VmHWM %.1f MiB, %+.3f %% of step %d's; %d native objects%n",
          steps,
          peak / (1024.0 * 1024.0),
          100.0 * (peak - first) / first,
          FIRST,
          Pointer.totalCount());
    }
  }
}
