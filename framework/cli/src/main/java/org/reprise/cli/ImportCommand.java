package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.Invocation;
import org.reprise.engine.study.ReferenceImport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise import}. */
@Command(
    name = "import",
    description = {
      "Makes a run directory of a checkpoint of the reference code (best.pth).",
      "It can be evaluated, predicted with, reported, and gone on with by reprise resume."
    })
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Parameters(paramLabel = "FILE", description = "A best.pth.")
  private Path file;

  @Option(
      names = "--experiment",
      required = true,
      paramLabel = "YAML",
      description = "The experiment it belongs to: data set, backbone, prompt, one mapping.")
  private Path experiment;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a value of the experiment, e.g. --set mapping=blm++.")
  private List<String> overrides = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      Experiment read = Experiment.read(experiment, overrides);
      Invocation invocation =
          new Invocation(CommandText.of(spec), Optional.of(experiment), overrides);
      Path run = ReferenceImport.run(host, file, read, invocation);
      spec.commandLine().getOut().println(run);
    }
    return 0;
  }
}
