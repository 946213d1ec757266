package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code reprise fork}. */
@Command(
    name = "fork",
    description = {
      "Makes a new run that begins where another one stands, with something changed.",
      "The old run stays as it is."
    })
final class ForkCommand extends StudyCommand {
  @Parameters(paramLabel = "RUN", description = "A run directory with a checkpoint.")
  private Path run;

  @Option(
      names = "--set",
      required = true,
      paramLabel = "KEY=VALUE",
      description = "What is to be different, e.g. --set training.epochs=40.")
  private List<String> overrides = new ArrayList<>();

  @Override
  Invocation invocation(List<String> commandLine) {
    if (overrides.isEmpty()) {
      throw new InvalidInputException("--set: say what is to be different");
    }
    return new Invocation(commandLine, Optional.empty(), overrides);
  }

  @Override
  Optional<StudyOutcome> train(Call call) throws IOException {
    return Optional.of(call.runner().fork(run, overrides));
  }
}
