package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyOutcome;
import org.reprise.engine.study.StudyRunner;
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
  StudyOutcome train(PluginHost host, StudyRunner runner, Interruption interruption)
      throws IOException {
    interruption.folder(folder);
    return runner.resume(folder);
  }
}
