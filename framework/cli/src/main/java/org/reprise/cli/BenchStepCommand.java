package org.reprise.cli;

import java.io.IOException;
import org.reprise.engine.bench.BenchTable;
import org.reprise.engine.bench.Limits;
import org.reprise.engine.bench.StepBench;
import org.reprise.engine.plan.ExperimentPlan;
import picocli.CommandLine.Command;

/** {@code reprise bench step}. */
@Command(
    name = "step",
    description =
        "Times a training step of an experiment's first mapping beside forward and backward of the network alone.")
final class BenchStepCommand extends BenchOfExperiment {
  @Override
  BenchTable measure(ExperimentPlan plan, int times, Limits limits) throws IOException {
    return new StepBench(plan, times).run();
  }
}
