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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code reprise plugins verify}. */
@Command(
    name = "verify",
    description =
        "Loads a plugin in a process of its own and runs the contract suites on its extensions. It"
            + " runs the plugin's code, with your rights.")
final class PluginsVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private PluginsCommand parent;

  @Parameters(paramLabel = "FILE.jar", description = "The plugin.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "NAME.KEY=VALUE",
      description =
          "An option of one of its extensions, e.g. my-mapper.smoothing=2; for those without"
              + " defaults. May be given several times.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long it may take, ${DEFAULT-VALUE} s by default.")
  private int limit;

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw new InvalidInputException("--limit " + limit + ": must be at least 1 s");
    }
    PrintWriter out = spec.commandLine().getOut();
    PluginFile plugin = PluginFile.read(file);
    out.println(plugin + ", for version " + plugin.requires() + " of the API: " + file);
    plugin.bundledNote().ifPresent(note -> out.println("note: " + note));
    out.flush();
    List<Path> besides = new ArrayList<>();
    PluginFolder bundled =
        PluginOptions.bundled().map(PluginFolder::new).orElseGet(PluginFolder::ofUser);
    bundled.plugins().stream()
        .filter(other -> !other.id().equals(plugin.id())) // its own build of one in the box
        .forEach(other -> besides.add(other.file()));
    besides.addAll(parent.plugins().further());
    ApartResult result = new Apart(Duration.ofSeconds(limit)).verify(file, besides, settings);
    result.lines().forEach(out::println);
    if (!result.isGood()) {
      throw new InvalidInputException(file + ": " + result.verdict());
    }
    out.println("it keeps to the API's contracts, as far as they were run");
    return 0;
  }
}
