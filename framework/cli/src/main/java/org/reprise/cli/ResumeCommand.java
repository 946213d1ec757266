package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code reprise resume}. */
@Command(
    name = "resume",
    description =
        "Goes on with an interrupted experiment (its folder) or one run of it, from the last"
            + " checkpoint. A run whose experiment, data, weights or plugins have changed is"
            + " refused.")
final class ResumeCommand extends StudyCommand {
  @Parameters(paramLabel = "RUN", description = "The folder of an experiment or a run directory.")
  private Path folder;

  @Override
  Invocation invocation(List<String> commandLine) {
    return Invocation.of(commandLine);
  }

  @Override
  Optional<StudyOutcome> train(Call call) throws IOException {
    call.interruption().folder(folder);
    return Optional.of(call.runner().resume(folder));
  }
}
