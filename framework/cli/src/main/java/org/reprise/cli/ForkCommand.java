package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise fork}. */
@Command(
    name = "fork",
    description = {
      "Makes a new run that begins where another one stands, with something changed.",
      "The old run stays as it is."
    })
final class ForkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;

  @Parameters(paramLabel = "RUN", description = "A run directory with a checkpoint.")
  private Path run;

  @Option(
      names = "--set",
      required = true,
      paramLabel = "KEY=VALUE",
      description = "What is to be different, e.g. --set training.epochs=40.")
  private List<String> overrides = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    if (overrides.isEmpty()) {
      throw new InvalidInputException("--set: say what is to be different");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (Interruption interruption = new Interruption(err);
        PluginHost host = plugins.load(err)) {
      StudyRunner runner =
          new StudyRunner(
              host,
              interruption.watching(progress.events(err)),
              interruption,
              new Invocation(CommandText.of(spec), Optional.empty(), overrides));
      StudyRunner.Outcome outcome = runner.fork(run, overrides);
      ResultTable.print(out, outcome.folder(), outcome.runs());
    }
    return 0;
  }
}
