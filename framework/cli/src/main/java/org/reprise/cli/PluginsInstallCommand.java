package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.plugin.PluginFile;
import org.reprise.engine.plugin.PluginFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code reprise plugins install}. */
@Command(
    name = "install",
    description =
        "Puts a plugin's jar into your folder of plugins ($XDG_DATA_HOME/reprise/plugins, else"
            + " ~/.local/share/reprise/plugins), where every command finds it. It is loaded first"
            + " in a process of its own, and refused if it does not load beside the others.")
final class PluginsInstallCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;
  @ParentCommand private PluginsCommand parent;

  @Parameters(paramLabel = "FILE.jar", description = "The plugin.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    PluginFile plugin = PluginFile.read(file);
    PluginOptions.bundled()
        .flatMap(folder -> new PluginFolder(folder).find(plugin.id()))
        .ifPresent(
            bundled -> {
              throw new InvalidInputException(
                  file
                      + ": "
                      + bundled
                      + " comes with Reprise and is not replaced: give yours another Plugin-Id");
            });
    PluginFolder folder = PluginFolder.ofUser();
    ApartResult loaded = new Apart(LIMIT).load(file, besides(folder, plugin), List.of());
    if (!loaded.isGood()) {
      loaded.lines().forEach(err::println);
      throw new InvalidInputException(file + ": not installed: " + loaded.verdict());
    }
    plugin.bundledNote().ifPresent(note -> err.println("reprise: " + file + ": " + note));
    String said = folder.install(plugin);
    loaded.lines().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().println(said);
    return 0;
  }

  // what it will be loaded beside: everything but the version of it that it replaces
  private List<Path> besides(PluginFolder folder, PluginFile plugin) {
    List<Path> all = new ArrayList<>();
    PluginOptions.bundled().ifPresent(all::add);
    folder.plugins().stream()
        .filter(other -> !other.id().equals(plugin.id()))
        .forEach(other -> all.add(other.file()));
    all.addAll(parent.plugins().further());
    return all;
  }
}
