package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.StudyRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise run}. */
@Command(
    name = "run",
    description = {
      "Runs every mapper of an experiment and prints their accuracies.",
      "Complete runs are left as they are, interrupted ones go on."
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;
  @Mixin private ProgressOptions progress;

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
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (Interruption interruption = new Interruption(err);
        PluginHost host = plugins.load(err)) {
      StudyRunner runner =
          new StudyRunner(
              host,
              interruption.watching(progress.events(err)),
              interruption,
              new Invocation(CommandText.of(spec), Optional.of(experiment), overrides));
      StudyRunner.Outcome outcome = runner.run(Experiment.read(experiment, overrides), again);
      ResultTable.print(out, outcome.folder(), outcome.runs());
    }
    return 0;
  }
}
