package org.reprise.cli;

import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.reprise.engine.plugin.PluginHost;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Where plugins come from: the installation, {@code REPRISE_PLUGINS}, {@code --plugins}. */
final class PluginOptions {
  @Option(
      names = "--plugins",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description =
          "A further folder of plugins; may be given several times. REPRISE_PLUGINS is another way.")
  private List<Path> folders = new ArrayList<>();

  /**
   * Loads all plugins, and says which were left out.
   *
   * @param err for the messages
   */
  PluginHost load(PrintWriter err) {
    PluginHost host = PluginHost.load(all(), folders);
    host.rejected().forEach(plugin -> err.println("reprise: plugin " + plugin));
    return host;
  }

  /** Returns the folders of this command line. */
  List<Path> given() {
    return List.copyOf(folders);
  }

  /** Returns the folders, the installation's first. */
  List<Path> all() {
    List<Path> all = new ArrayList<>();
    String home = System.getProperty("reprise.home");
    if (home != null) {
      all.add(Path.of(home, "plugins"));
    }
    String variable = System.getenv("REPRISE_PLUGINS");
    if (variable != null) {
      for (String folder : variable.split(File.pathSeparator)) {
        if (!folder.isBlank()) {
          all.add(Path.of(folder));
        }
      }
    }
    all.addAll(folders);
    return all;
  }
}
