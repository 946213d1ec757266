package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code reprise run}. */
@Command(
    name = "run",
    description = {
      "Runs every mapper of an experiment and prints their accuracies.",
      "Complete runs are left as they are, interrupted ones go on."
    })
final class RunCommand extends StudyCommand {
  @Parameters(paramLabel = "EXPERIMENT", description = "A YAML file.")
  private Path experiment;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Overrides a value of the experiment, e.g. --set training.epochs=5; may be given several times.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--again",
      description = "Train anew what is complete or begun, beside the old runs.")
  private boolean again;

  @Override
  Invocation invocation(List<String> commandLine) {
    return new Invocation(commandLine, Optional.of(experiment), overrides);
  }

  @Override
  StudyRunner.Outcome train(StudyRunner runner, Interruption interruption) throws IOException {
    return runner.run(Experiment.read(experiment, overrides), again);
  }
}
