package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.store.SampleCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reprise data cache}. */
@Command(name = "cache", description = "Lists or deletes the prepared images in the cache folder.")
final class DataCacheCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is needed: data cache list, data cache clear");
  }

  @Command(name = "list", description = "Shows what is kept, the last used first.")
  int list() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = CacheFolder.resolve().resolve("data");
    List<SampleCache.Entry> entries = new SampleCache(folder).entries();
    for (SampleCache.Entry entry : entries) {
      out.printf(
          Locale.ROOT,
          "%10.1f MB  %s  %s  %s%n",
          entry.bytes() / 1e6,
          entry.used().toString().substring(0, 16),
          entry.file().getFileName(),
          entry.description().orElse("(damaged or of another version; made anew when wanted)"));
    }
    out.printf(
        Locale.ROOT,
        "%d prepared split(s), %.1f MB in %s%n",
        entries.size(),
        entries.stream().mapToLong(SampleCache.Entry::bytes).sum() / 1e6,
        folder);
    return 0;
  }

  @Command(name = "clear", description = "Deletes them; runs make anew what they need.")
  int clear() throws IOException {
    Path folder = CacheFolder.resolve().resolve("data");
    long bytes = new SampleCache(folder).clear();
    spec.commandLine().getOut().printf(Locale.ROOT, "%.1f MB freed in %s%n", bytes / 1e6, folder);
    return 0;
  }
}
