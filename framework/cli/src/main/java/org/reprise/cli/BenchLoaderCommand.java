package org.reprise.cli;

import java.io.IOException;
import org.reprise.engine.bench.BenchTable;
import org.reprise.engine.bench.Limits;
import org.reprise.engine.bench.LoaderBench;
import org.reprise.engine.plan.ExperimentPlan;
import picocli.CommandLine.Command;

/** {@code reprise bench loader}. */
@Command(
    name = "loader",
    description =
        "Times the gathering of an experiment's training batches, as they are and augmented, beside a copy.")
final class BenchLoaderCommand extends BenchOfExperiment {
  @Override
  BenchTable measure(ExperimentPlan plan, int times, Limits limits) throws IOException {
    return LoaderBench.run(plan, times, limits);
  }
}
