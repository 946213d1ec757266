package org.reprise.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.predict.MappingFit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reprise mapping fit}. */
@Command(
    name = "fit",
    description = {
      "Fits a mapping to recorded logits and labels.",
      "In: logits [N,KS] float32, labels [N] int64. Out: matrix [KS,KT] float32, counts [KS,KT], and for one-to-one mappings sequence [KT]."
    })
final class MappingFitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Option(names = "--mapper", required = true, paramLabel = "NAME", description = "E.g. blm++.")
  private String mapper;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "An option of the mapper, e.g. laplace=0.5.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--classes",
      required = true,
      paramLabel = "KT",
      description = "Number of target labels.")
  private int classes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of mappers that draw (default: 0).",
      defaultValue = "0")
  private long seed;

  @Option(
      names = "--evidence",
      required = true,
      paramLabel = "FILE",
      description = "A safetensors file.")
  private Path evidence;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "A safetensors file to write.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      ExtensionBlock block = ExtensionBlock.of("--mapper " + mapper, "mapper", mapper, settings);
      spec.commandLine()
          .getOut()
          .println(MappingFit.fit(host, block, classes, seed, evidence, output));
    }
    return 0;
  }
}
