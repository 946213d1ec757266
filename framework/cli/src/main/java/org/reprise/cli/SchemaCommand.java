package org.reprise.cli;

import java.util.concurrent.Callable;
import org.reprise.engine.plan.ExperimentSchema;
import org.reprise.engine.plan.OptionReference;
import org.reprise.engine.plugin.PluginHost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reprise schema}. */
@Command(
    name = "schema",
    description = {
      "Prints what an experiment's file may say, with the options of all plugins:",
      "a JSON Schema, by which editors complete and check, or a page to read."
    })
final class SchemaCommand implements Callable<Integer> {
  /** What can be printed. */
  enum Format {
    /** For editors. */
    JSON,
    /** For people. */
    MARKDOWN
  }

  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "json",
      description = "json (default) or markdown.")
  private Format format;

  @Override
  public Integer call() {
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      spec.commandLine()
          .getOut()
          .print(
              format == Format.JSON ? ExperimentSchema.json(host) : OptionReference.markdown(host));
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
