package org.reprise.cli;

import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reprise.engine.plugin.PluginFolder;
import org.reprise.engine.plugin.PluginHost;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * Where plugins come from: the installation, what {@code plugins install} put into the user's
 * folder, {@code REPRISE_PLUGINS}, {@code --plugins}.
 */
final class PluginOptions {
  @Option(
      names = "--plugins",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description =
          "A further folder of plugins, or one jar; may be given several times. REPRISE_PLUGINS is"
              + " another way.")
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

  /** Returns the folders, the installation's first, then the user's where there is one. */
  List<Path> all() {
    List<Path> all = new ArrayList<>();
    bundled().ifPresent(all::add);
    Path user = PluginFolder.ofUser().path();
    if (Files.isDirectory(user)) {
      all.add(user);
    }
    all.addAll(further());
    return all;
  }

  /** Returns the installation's folder. */
  static Optional<Path> bundled() {
    return Optional.ofNullable(System.getProperty("reprise.home"))
        .map(home -> Path.of(home, "plugins"));
  }

  /** Returns the folders that neither the installation nor {@code plugins install} has filled. */
  List<Path> further() {
    List<Path> all = new ArrayList<>();
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
