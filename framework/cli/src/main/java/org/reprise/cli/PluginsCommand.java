package org.reprise.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise plugins}. */
@Command(
    name = "plugins",
    description = "Lists all extensions and their options; makes, tries and installs plugins.",
    subcommands = {
      PluginsNewCommand.class,
      PluginsVerifyCommand.class,
      PluginsInstallCommand.class,
      PluginsRemoveCommand.class,
      PluginsLibrariesCommand.class
    })
final class PluginsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "One kind only: backbone, prompt, mapper, dataset, update-rule or listener.")
  private String kind;

  /** Returns where plugins come from. */
  PluginOptions plugins() {
    return plugins;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<String> kinds = Door.all().stream().map(Door::label).toList();
    if (kind != null && !kinds.contains(kind)) {
      throw new InvalidInputException("--kind " + kind + ": " + Suggestion.hint(kind, kinds));
    }
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      List<ExtensionEntry<?, ?>> listed =
          host.extensions().stream()
              .filter(entry -> kind == null || entry.door().label().equals(kind))
              .sorted(
                  Comparator.comparing(
                          (ExtensionEntry<?, ?> entry) -> Door.all().indexOf(entry.door()))
                      .thenComparing(ExtensionEntry::name))
              .toList();
      Map<List<OptionDescription>, String> shown = new HashMap<>();
      for (ExtensionEntry<?, ?> entry : listed) {
        head(out, entry);
        String same = entry.options().isEmpty() ? null : shown.get(entry.options());
        if (same == null) {
          options(out, entry);
          shown.put(entry.options(), entry.door().label() + " " + entry.name());
        } else {
          out.println("      options as those of " + same);
        }
      }
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
      found.forEach(
          entry -> {
            head(spec.commandLine().getOut(), entry);
            options(spec.commandLine().getOut(), entry);
          });
    }
    return 0;
  }

  private static void head(PrintWriter out, ExtensionEntry<?, ?> entry) {
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
    out.println("    " + entry.description());
  }

  private static void options(PrintWriter out, ExtensionEntry<?, ?> entry) {
    for (OptionDescription option : entry.options()) {
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
