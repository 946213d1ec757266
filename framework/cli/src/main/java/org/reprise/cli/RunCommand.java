package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyOutcome;
import org.reprise.engine.study.StudyPlan;
import org.reprise.engine.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code reprise run}. */
@Command(
    name = "run",
    description = {
      "Runs every run of a study (one for each mapper, and for each combination of what is under"
          + " sweep) and prints their accuracies.",
      "Complete runs are left as they are, interrupted ones go on; a run that fails costs no other."
    })
final class RunCommand extends StudyCommand {
  @Parameters(paramLabel = "EXPERIMENT", description = "A YAML file.")
  private Path experiment;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Overrides a value of the experiment, e.g. --set training.epochs=5; may be given several"
              + " times.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--again",
      description = "Train anew what is complete or begun, beside the old runs.")
  private boolean again;

  @Option(names = "--retry", description = "Try failed runs again.")
  private boolean retry;

  @Option(
      names = "--only",
      paramLabel = "K",
      description = "Run the K-th run of the study only, counted from 0 as --dry-run lists them.")
  private Integer only;

  @Override
  Invocation invocation(List<String> commandLine) {
    return new Invocation(commandLine, Optional.of(experiment), overrides);
  }

  @Override
  StudyOutcome train(PluginHost host, StudyRunner runner, Interruption interruption)
      throws IOException {
    return runner.run(
        StudyPlan.read(experiment, overrides, host),
        new StudyRunner.Wishes(
            again, retry, only == null ? OptionalInt.empty() : OptionalInt.of(only)));
  }
}
