package org.reprise.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.plugin.PluginFile;
import org.reprise.engine.plugin.PluginFolder;
import org.reprise.support.Suggestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise plugins remove}. */
@Command(name = "remove", description = "Takes a plugin out of your folder of plugins.")
final class PluginsRemoveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The plugin's id, as `plugins` shows it in [ ].")
  private String id;

  @Override
  public Integer call() throws IOException {
    PluginFolder folder = PluginFolder.ofUser();
    PluginFile plugin =
        folder.find(id).orElseThrow(() -> new InvalidInputException(notThere(folder)));
    folder.remove(plugin);
    spec.commandLine().getOut().println("removed " + plugin + ": " + plugin.file());
    return 0;
  }

  private String notThere(PluginFolder folder) {
    boolean bundled =
        PluginOptions.bundled().flatMap(path -> new PluginFolder(path).find(id)).isPresent();
    List<String> ids = folder.plugins().stream().map(PluginFile::id).toList();
    return bundled
        ? "\"" + id + "\" comes with Reprise and stays"
        : "there is no plugin \"" + id + "\" in " + folder.path() + "; " + Suggestion.hint(id, ids);
  }
}
