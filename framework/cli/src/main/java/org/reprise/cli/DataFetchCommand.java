package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.reprise.api.InvalidInputException;
import org.reprise.api.download.Download;
import org.reprise.engine.download.PublishedFiles;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise data fetch}. */
@Command(
    name = "fetch",
    description = {
      "Fetches the files that the authors of a data set publish, and verifies them.",
      "Without a name it lists what is known. Archives are not unpacked."
    })
final class DataFetchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "E.g. cifar10.")
  private String name;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where the files are put (default: data/NAME in the cache folder).")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PublishedFiles files = new PublishedFiles(CacheFolder.resolve(), System.getenv());
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      if (name == null) {
        DownloadText.print(out, PublishedFiles.of(host, Door.DATASET), files::data);
        return 0;
      }
      List<String> byHand = new ArrayList<>();
      for (Download file : PublishedFiles.named(host, Door.DATASET, name)) {
        Path target = folder == null ? files.data(file) : folder.resolve(file.fileName());
        if (file.uri().isEmpty()) {
          byHand.add(file.note() + " (" + file.source() + ")");
          continue;
        }
        out.println(DownloadBar.fetch(files, file, target, spec.commandLine().getErr()));
        if (!file.note().isBlank()) {
          out.println("    " + file.note());
        }
      }
      if (!byHand.isEmpty()) {
        throw new InvalidInputException(
            name + ": what a program cannot fetch: " + String.join("; ", byHand));
      }
    }
    return 0;
  }
}
