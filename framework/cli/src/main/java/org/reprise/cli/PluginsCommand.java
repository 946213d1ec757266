package org.reprise.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.OptionDescription;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.support.Suggestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise plugins}. */
@Command(name = "plugins", description = "Lists all extensions and their options.")
final class PluginsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      host.extensions().stream()
          .sorted(
              Comparator.comparing((ExtensionEntry<?, ?> entry) -> Door.all().indexOf(entry.door()))
                  .thenComparing(ExtensionEntry::name))
          .forEach(entry -> print(out, entry));
    }
    return 0;
  }

  @Command(name = "describe", description = "Shows one extension.")
  int describe(@Parameters(paramLabel = "NAME", description = "A name or an alias.") String name) {
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      List<ExtensionEntry<?, ?>> found =
          host.extensions().stream()
              .filter(entry -> entry.name().equals(name) || entry.aliases().contains(name))
              .toList();
      if (found.isEmpty()) {
        throw new InvalidInputException(
            "there is no extension \""
                + name
                + "\"; "
                + Suggestion.hint(
                    name, host.extensions().stream().map(ExtensionEntry::name).toList()));
      }
      found.forEach(entry -> print(spec.commandLine().getOut(), entry));
    }
    return 0;
  }

  private static void print(PrintWriter out, ExtensionEntry<?, ?> entry) {
    out.println(
        entry.door().label()
            + " "
            + entry.name()
            + (entry.aliases().isEmpty()
                ? ""
                : " (also " + String.join(", ", entry.aliases()) + ")")
            + "  ["
            + entry.plugin()
            + "]");
    out.println("    " + entry.factory().description());
    for (OptionDescription option : OptionDescription.of(entry.factory().optionsType())) {
      out.println(
          "      "
              + option.key()
              + ": "
              + option.type()
              + ", "
              + option.defaultText()
              + ". "
              + option.meaning());
    }
  }
}
