package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise resume}. */
@Command(
    name = "resume",
    description =
        "Goes on with an interrupted experiment (its folder) or one run of it, from the last checkpoint."
            + " A run whose experiment, data, weights or plugins have changed is refused.")
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;

  @Parameters(paramLabel = "RUN", description = "The folder of an experiment or a run directory.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (Interruption interruption = new Interruption(err);
        PluginHost host = plugins.load(err)) {
      interruption.folder(folder);
      StudyRunner runner =
          new StudyRunner(
              host,
              interruption.watching(progress.events(err)),
              interruption,
              Invocation.of(CommandText.of(spec)));
      StudyRunner.Outcome outcome = runner.resume(folder);
      ResultTable.print(out, outcome.folder(), outcome.runs());
    }
    return 0;
  }
}
