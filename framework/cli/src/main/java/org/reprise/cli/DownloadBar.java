package org.reprise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import org.reprise.api.InvalidInputException;
import org.reprise.api.download.Download;
import org.reprise.download.DownloadProgress;
import org.reprise.engine.download.PublishedFiles;
import org.reprise.engine.record.WriteFailure;

/** Shows a download: one line that is redrawn on a terminal, a line for each tenth elsewhere. */
final class DownloadBar implements DownloadProgress, AutoCloseable {
  private static final double MEGA = 1e6;

  private final PrintWriter err;
  private final String name;
  private final boolean terminal = Boolean.getBoolean("reprise.terminal");
  private int shownTenth = -1;
  private boolean drawn;

  DownloadBar(PrintWriter err, String name) {
    this.err = err;
    this.name = name;
  }

  /**
   * Fetches a file and shows how it goes on.
   *
   * @throws InvalidInputException if there is no writing where it is to be put
   * @throws IOException if it cannot be fetched
   */
  static Path fetch(PublishedFiles files, Download file, Path target, PrintWriter err)
      throws IOException {
    try (DownloadBar bar = new DownloadBar(err, file.fileName())) {
      return files.fetch(file, target, bar);
    } catch (FileSystemException e) {
      throw WriteFailure.of(target.toString(), e);
    }
  }

  @Override
  public void at(long done, OptionalLong total) {
    int tenth =
        total.isPresent()
            ? (int) (10 * done / Math.max(1, total.getAsLong()))
            : (int) (done / 100_000_000);
    if (!terminal && tenth == shownTenth) {
      return;
    }
    shownTenth = tenth;
    String text =
        total.isPresent()
            ? String.format(
                Locale.ROOT, "%s: %.1f of %.1f MB", name, done / MEGA, total.getAsLong() / MEGA)
            : String.format(Locale.ROOT, "%s: %.1f MB", name, done / MEGA);
    if (terminal) {
      err.print("\r" + text);
      err.flush();
      drawn = true;
    } else {
      err.println(text);
    }
  }

  @Override
  public void close() {
    if (drawn) {
      err.println();
    }
  }
}
