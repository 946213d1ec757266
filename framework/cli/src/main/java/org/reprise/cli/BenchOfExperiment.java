package org.reprise.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.bench.BenchComparison;
import org.reprise.engine.bench.BenchTable;
import org.reprise.engine.bench.Limits;
import org.reprise.engine.bench.Machine;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.Libtorch;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A bench of a part of an experiment, in this process. */
abstract class BenchOfExperiment implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ExperimentFile file;
  @Mixin private BenchOutput output;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "What is timed, so often; the median is shown (default: 20).")
  private int rounds;

  /** Measures. */
  abstract BenchTable measure(ExperimentPlan plan, int times, Limits limits) throws IOException;

  @Override
  public final Integer call() throws IOException {
    if (rounds < 1) {
      throw new InvalidInputException("--rounds: must be at least 1, found " + rounds);
    }
    Optional<BenchComparison> old = output.check(spec.name());
    Experiment experiment = file.read();
    Libtorch.configure();
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      ExperimentPlan plan = ExperimentPlan.bind(experiment, host);
      ComputeDevice device = ComputeDevice.resolve(experiment.device());
      BenchOutput.Begun report =
          output.begin(spec, Machine.describe(device), Limits.measure(device), old);
      BenchTable table = measure(plan, rounds, report.limits());
      report.print(table);
      report.end(table, Map.of("experiment", experiment.name()));
    }
    return 0;
  }
}
