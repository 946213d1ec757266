package org.reprise.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;
import org.reprise.api.data.Split;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.Stage;
import org.reprise.engine.store.LoadProgress;

/** Shows runs on the console: progress and epochs on stderr, so that stdout holds results only. */
final class ConsoleEvents implements RunListener {
  private static final long BAR_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 10_000_000_000L;
  private static final double SHARE_TO_JUDGE_BY = 0.05;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final ProgressOptions.Style style;
  private final boolean quiet;
  private Run run;
  private long lastShown = System.nanoTime();
  private long epochsStart;
  private int epochsBefore;
  private long passStart;
  private Stage stage;
  private int passBefore;
  private int passSamples;
  private boolean barShown;

  ConsoleEvents(PrintWriter err, ProgressOptions.Style style, boolean quiet) {
    this.err = err;
    this.style = style;
    this.quiet = quiet;
  }

  @Override
  public void on(RunEvent event) {
    if (event instanceof RunEvent.Note note) {
      line(note.text());
    } else if (event instanceof RunEvent.Fetching fetching) {
      fetching(fetching);
    } else if (event instanceof RunEvent.Loading loading) {
      loading(loading.split(), loading.done(), loading.total());
    } else if (event instanceof RunEvent.Started started) {
      started(started);
    } else if (event instanceof RunEvent.Step step) {
      step(step);
    } else if (event instanceof RunEvent.Epoch epoch) {
      epoch(epoch);
    } else if (!(event instanceof RunEvent.Opened)) {
      clear();
    }
  }

  private void fetching(RunEvent.Fetching event) {
    OptionalLong total = event.total();
    String size =
        total.isPresent() ? String.format(Locale.ROOT, " of %.1f", total.getAsLong() / 1e6) : "";
    boolean end = event.done() == total.orElse(-1);
    show(
        event.done() == 0 || end,
        String.format(
            Locale.ROOT,
            "fetching %s: %.1f%s MB",
            event.file().fileName(),
            event.done() / 1e6,
            size));
    if (end) {
      clear();
    }
  }

  private void loading(Split split, int done, int total) {
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
      public void note(String text) {
        line(text);
      }
    };
  }

  private void started(RunEvent.Started event) {
    run = event.run();
    epochsStart = System.nanoTime();
    epochsBefore = event.epochsDone();
    String resumed = epochsBefore == 0 ? "" : ", going on after epoch " + epochsBefore;
    line(
        String.format(
            Locale.ROOT,
            "[%d/%d] %s: %d epochs%s",
            run.index() + 1,
            run.count(),
            run.label(),
            run.epochs(),
            resumed));
  }

  private void step(RunEvent.Step step) {
    if (step.stage() != stage || step.samples() < passSamples) {
      stage = step.stage();
      passStart = System.nanoTime();
      passBefore = step.samples(); // the first batch was done before the clock started
    }
    passSamples = step.samples();
    if (!due()) {
      return;
    }
    double seconds = Math.max(1e-9, (System.nanoTime() - passStart) * 1e-9);
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s epoch %d/%d %s %d/%d",
            run.label(),
            step.epoch(),
            run.epochs(),
            stage.name().toLowerCase(Locale.ROOT),
            passSamples,
            step.total()));
    if (passSamples > passBefore) {
      text.append(
          String.format(Locale.ROOT, "  %.0f images/s", (passSamples - passBefore) / seconds));
    }
    step.loss().ifPresent(loss -> text.append(String.format(Locale.ROOT, "  loss %.4f", loss)));
    step.accuracy()
        .ifPresent(share -> text.append(String.format(Locale.ROOT, "  accuracy %.3f", share)));
    text.append(timeLeft(step.epoch(), (double) passSamples / step.total()));
    show(true, text.toString());
  }

  private String timeLeft(int epoch, double share) {
    double ofThisEpoch =
        switch (stage) {
          case EVIDENCE -> 0;
          case TRAINING -> share;
          case EVALUATION -> 1;
        };
    double done = epoch - 1 - epochsBefore + ofThisEpoch;
    if (done < SHARE_TO_JUDGE_BY) {
      return "";
    }
    double perEpoch = (System.nanoTime() - epochsStart) * 1e-9 / done;
    return "  about " + duration(perEpoch * (run.epochs() - epochsBefore - done)) + " left";
  }

  private void epoch(RunEvent.Epoch event) {
    StringBuilder text = new StringBuilder("  ").append(run.label());
    text.append(
        event.epoch() == 0
            ? " without training"
            : String.format(Locale.ROOT, " epoch %d/%d", event.epoch(), run.epochs()));
    event
        .trainLoss()
        .ifPresent(loss -> text.append(String.format(Locale.ROOT, "  loss %.4f", loss)));
    event.trainAccuracy().ifPresent(share -> percent(text, "train", share));
    event.validation().ifPresent(found -> percent(text, "validation", found.accuracy()));
    event.test().ifPresent(found -> percent(text, "test", found.accuracy()));
    text.append(
        String.format(
            Locale.ROOT,
            "  %.2f s  %.0f images/s",
            event.seconds(),
            event.samples() / event.seconds()));
    line(text.toString());
  }

  private static void percent(StringBuilder text, String split, double share) {
    text.append(String.format(Locale.ROOT, "  %s %.2f %%", split, 100 * share));
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
