package org.reprise.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.reprise.api.download.Download;

/** Published files as text. */
final class DownloadText {
  private DownloadText() {}

  /** Prints a paragraph for each file. */
  static void print(PrintWriter out, List<Download> files, Function<Download, Path> places) {
    for (Download file : files) {
      Path place = places.apply(file);
      out.println(
          file.name()
              + "  "
              + file.fileName()
              + (file.bytes().isPresent()
                  ? String.format(Locale.ROOT, "  %,d bytes", file.bytes().getAsLong())
                  : "")
              + (Files.exists(place) ? "  [fetched]" : ""));
      file.uri().ifPresent(uri -> out.println("    " + uri));
      file.checksum().ifPresent(sum -> out.println("    " + sum));
      out.println("    licence: " + file.licence());
      out.println("    source: " + file.source());
      if (!file.note().isBlank()) {
        out.println("    " + file.note());
      }
    }
    if (files.isEmpty()) {
      out.println("no plugin publishes any");
    }
  }
}
