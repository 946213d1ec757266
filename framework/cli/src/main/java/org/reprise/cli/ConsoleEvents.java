package org.reprise.cli;
import org.reprise.api.backbone.Pass;
import org.reprise.api.run.RunSummary;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;
import org.reprise.api.data.Split;
import org.reprise.api.download.Download;
import org.reprise.engine.store.LoadProgress;

/** Shows runs on the console: progress and epochs on stderr, so that stdout holds results only. */
final class ConsoleEvents implements RunEvents {
  private static final long BAR_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 10_000_000_000L;
  private static final double SHARE_TO_JUDGE_BY = 0.05;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final ProgressOptions.Style style;
  private final boolean quiet;
  private RunHandle run;
  private long lastShown = System.nanoTime();
  private long epochsStart;
  private int epochsBefore;
  private long passStart;
  private Pass pass;
  private int passBefore;
  private int passSamples;
  private boolean barShown;

  ConsoleEvents(PrintWriter err, ProgressOptions.Style style, boolean quiet) {
    this.err = err;
    this.style = style;
    this.quiet = quiet;
  }

  @Override
  public void note(String text) {
    line(text);
  }

  @Override
  public void fetching(Download file, long done, OptionalLong total) {
    String size =
        total.isPresent() ? String.format(Locale.ROOT, " of %.1f", total.getAsLong() / 1e6) : "";
    boolean end = done == total.orElse(-1);
    show(
        done == 0 || end,
        String.format(Locale.ROOT, "fetching %s: %.1f%s MB", file.fileName(), done / 1e6, size));
    if (end) {
      clear();
    }
  }

  @Override
  public void loading(Split split, int done, int total) {
    show(
        done == total,
        String.format(Locale.ROOT, "loading %s: %d/%d images", split.label(), done, total));
  }

  /** Shows how reading a data set goes on. */
  void reading(int done, int total) {
    show(false, String.format(Locale.ROOT, "reading: %d/%d images", done, total));
    if (done == total) {
      clear();
    }
  }

  /** Returns what shows how a split is loaded. */
  LoadProgress loading(Split split) {
    return new LoadProgress() {
      @Override
      public void decoded(int done, int total) {
        ConsoleEvents.this.loading(split, done, total);
      }

      @Override
      public void leftOut(String text) {
        note(text);
      }
    };
  }

  @Override
  public void started(RunHandle handle, int epochsDone) {
    run = handle;
    epochsStart = System.nanoTime();
    epochsBefore = epochsDone;
    String resumed = epochsDone == 0 ? "" : ", going on after epoch " + epochsDone;
    line(
        String.format(
            Locale.ROOT,
            "[%d/%d] %s: %d epochs%s",
            handle.index() + 1,
            handle.count(),
            handle.mapper(),
            handle.epochs(),
            resumed));
  }

  @Override
  public void progress(
      Pass current, int epoch, int samples, int total, double loss, double accuracy) {
    if (current != pass || samples < passSamples) {
      pass = current;
      passStart = System.nanoTime();
      passBefore = samples; // the first batch was done before the clock started
    }
    passSamples = samples;
    if (!due()) {
      return;
    }
    double seconds = Math.max(1e-9, (System.nanoTime() - passStart) * 1e-9);
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s epoch %d/%d %s %d/%d",
            run.mapper(),
            epoch + 1,
            run.epochs(),
            current.name().toLowerCase(Locale.ROOT),
            samples,
            total));
    if (samples > passBefore) {
      text.append(String.format(Locale.ROOT, "  %.0f images/s", (samples - passBefore) / seconds));
    }
    if (!Double.isNaN(loss)) {
      text.append(String.format(Locale.ROOT, "  loss %.4f  accuracy %.3f", loss, accuracy));
    }
    text.append(timeLeft(epoch, current, (double) samples / total));
    show(true, text.toString());
  }

  private String timeLeft(int epoch, Pass current, double share) {
    double ofThisEpoch =
        switch (current) {
          case EVIDENCE -> 0;
          case TRAINING -> share;
          case EVALUATION -> 1;
        };
    double done = epoch - epochsBefore + ofThisEpoch;
    if (done < SHARE_TO_JUDGE_BY) {
      return "";
    }
    double perEpoch = (System.nanoTime() - epochsStart) * 1e-9 / done;
    return "  about " + duration(perEpoch * (run.epochs() - epochsBefore - done)) + " left";
  }

  @Override
  public void epoch(EpochResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        result.epoch() < 0
            ? "  " + run.mapper() + " without training"
            : String.format(
                Locale.ROOT,
                "  %s epoch %d/%d  loss %.4f  train %.2f %%",
                run.mapper(),
                result.epoch() + 1,
                run.epochs(),
                result.trainLoss(),
                100 * result.trainAccuracy()));
    result
        .validationAccuracy()
        .ifPresent(
            value -> text.append(String.format(Locale.ROOT, "  validation %.2f %%", 100 * value)));
    result
        .testAccuracy()
        .ifPresent(value -> text.append(String.format(Locale.ROOT, "  test %.2f %%", 100 * value)));
    text.append(
        String.format(
            Locale.ROOT,
            "  %.2f s  %.0f images/s",
            result.seconds(),
            result.samples() / result.seconds()));
    line(text.toString());
  }

  @Override
  public void finished(RunHandle handle, RunSummary summary) {
    clear();
  }

  /** Prints a line above the bar. */
  void line(String text) {
    if (!quiet) {
      clear();
      err.println(text);
    }
  }

  private boolean due() {
    long interval = style == ProgressOptions.Style.BAR ? BAR_NANOS : PLAIN_NANOS;
    return style != ProgressOptions.Style.NONE && System.nanoTime() - lastShown >= interval;
  }

  private void show(boolean force, String text) {
    if (style == ProgressOptions.Style.NONE || !(force || due())) {
      return;
    }
    lastShown = System.nanoTime();
    if (style == ProgressOptions.Style.BAR) {
      err.print(CLEAR + text);
      err.flush();
      barShown = true;
    } else {
      err.println("  " + text);
    }
  }

  private void clear() {
    if (barShown) {
      err.print(CLEAR);
      err.flush();
      barShown = false;
    }
  }

  private static String duration(double seconds) {
    long rounded = Math.max(0, Math.round(seconds));
    return rounded >= 3600
        ? String.format(Locale.ROOT, "%dh%02dm", rounded / 3600, rounded / 60 % 60)
        : String.format(Locale.ROOT, "%d:%02d", rounded / 60, rounded % 60);
  }
}
