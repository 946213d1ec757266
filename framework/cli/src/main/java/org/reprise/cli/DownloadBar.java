package org.reprise.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;
import org.reprise.download.DownloadProgress;

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
