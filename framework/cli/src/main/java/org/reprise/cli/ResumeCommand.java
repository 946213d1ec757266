package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.reprise.engine.plugin.PluginHost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise resume}. */
@Command(
    name = "resume",
    description =
        "Goes on with an interrupted experiment (its time folder) or one run of it, from the last checkpoint.")
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;

  @Parameters(paramLabel = "RUN", description = "A time folder or a run directory.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (Interruption interruption = new Interruption(err);
        PluginHost host = plugins.load(err)) {
      interruption.folder(folder);
      ExperimentRunner runner =
          new ExperimentRunner(host, progress.events(err), interruption, CommandText.of(spec));
      ExperimentRunner.Outcome outcome = runner.resume(folder);
      ResultTable.print(out, outcome.folder(), outcome.runs());
    }
    return 0;
  }
}
