package org.reprise.cli;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code reprise data list}. */
@Command(
    name = "list",
    description = "Lists the data sets that plugins bring; plugins describe NAME shows one.")
final class DataListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Override
  public Integer call() {
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      List<ExtensionEntry<?, ?>> sets =
          host.extensions().stream()
              .filter(entry -> entry.door() == Door.DATASET)
              .sorted(Comparator.comparing(ExtensionEntry::name))
              .toList();
      int width = sets.stream().mapToInt(entry -> entry.name().length()).max().orElse(1);
      for (ExtensionEntry<?, ?> entry : sets) {
        spec.commandLine()
            .getOut()
            .printf("%-" + width + "s  %s%n", entry.name(), entry.description());
      }
    }
    return 0;
  }
}
