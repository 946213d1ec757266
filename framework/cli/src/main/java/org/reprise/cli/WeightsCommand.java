package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.reprise.api.InvalidInputException;
import org.reprise.api.download.Download;
import org.reprise.budget.Shown;
import org.reprise.engine.download.PublishedFiles;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.pickle.Opaque;
import org.reprise.weights.StateDict;
import org.reprise.weights.TensorInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reprise weights}. */
@Command(name = "weights", description = "Lists, fetches and looks into files of weights.")
final class WeightsCommand implements Runnable {
  private static final int WIDEST = 100; // names beyond do not push all others aside

  @Spec private CommandSpec spec;
  @Mixin private PluginOptions plugins;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed: list, fetch or inspect");
  }

  @Command(name = "list", description = "Shows the published weights of all backbones.")
  int list() {
    PublishedFiles files = new PublishedFiles(CacheFolder.resolve(), System.getenv());
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      DownloadText.print(
          spec.commandLine().getOut(), PublishedFiles.of(host, Door.BACKBONE), files::weights);
    }
    return 0;
  }

  @Command(
      name = "fetch",
      description = "Fetches published weights into the cache folder, and verifies them.")
  int fetch(
      @Parameters(paramLabel = "NAME", description = "As listed by reprise weights list.")
          String name)
      throws IOException {
    PublishedFiles files = new PublishedFiles(CacheFolder.resolve(), System.getenv());
    try (PluginHost host = plugins.load(spec.commandLine().getErr())) {
      for (Download file : PublishedFiles.named(host, Door.BACKBONE, name)) {
        Path fetched =
            DownloadBar.fetch(files, file, files.weights(file), spec.commandLine().getErr());
        spec.commandLine().getOut().println(fetched);
      }
    }
    return 0;
  }

  @Command(
      name = "inspect",
      description = "Shows the tensors of a file: safetensors, torch.save or TorchScript.")
  int inspect(@Parameters(paramLabel = "FILE", description = "A file of weights.") Path path) {
    PrintWriter out = spec.commandLine().getOut();
    StateDict dict;
    try {
      dict = StateDict.open(path);
    } catch (IOException e) {
      throw new InvalidInputException(
          e.getMessage() != null && e.getMessage().startsWith(path.toString())
              ? e.getMessage()
              : path + ": cannot be read: " + e.getMessage(),
          e);
    }
    int width =
        dict.names().stream().mapToInt(String::length).filter(w -> w <= WIDEST).max().orElse(0);
    long elements = 0;
    long bytes = 0;
    for (TensorInfo info : dict.infos()) {
      out.printf(
          Locale.ROOT,
          "%-" + Math.max(1, width) + "s  %-8s  %-20s %,15d bytes%s%n",
          Shown.of(info.name()),
          Shown.of(info.type(), 40),
          info.shape(),
          info.bytes(),
          info.dtype().isPresent() ? "" : "  (not read)");
      elements += info.elements();
      bytes += info.bytes();
    }
    for (Map.Entry<String, Object> value : dict.values().entrySet()) {
      out.println(Shown.of(value.getKey()) + " = " + ValueText.of(value.getValue()));
    }
    out.printf(
        Locale.ROOT,
        "%s: %d tensors, %,d numbers, %,d bytes in a file of %,d%n",
        dict.format().label(),
        dict.names().size(),
        elements,
        bytes,
        size(path));
    return 0;
  }

  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      return 0; // it was there a moment ago; the figure is a courtesy
    }
  }

  /** Short texts for values of unknown files. */
  private static final class ValueText {
    private static final int LIMIT = 60;

    static String of(Object value) {
      if (value == null) {
        return "none";
      }
      if (value instanceof List<?> list) {
        return "a list of " + list.size();
      }
      if (value instanceof byte[] bytes) {
        return bytes.length + " bytes";
      }
      if (value instanceof String || value instanceof Number || value instanceof Boolean) {
        return Shown.of(value.toString(), LIMIT);
      }
      if (value instanceof Opaque opaque) {
        return "an object of " + Shown.of(opaque.name()) + " (not read)";
      }
      return "a " + value.getClass().getSimpleName();
    }
  }
}
