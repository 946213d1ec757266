package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.reprise.engine.record.RunHandle;
import org.reprise.engine.training.TrainingListener.Pass;

class ConsoleEventsTest {
  private static final RunHandle RUN = new RunHandle("blm", 1, 3, 20, Path.of("runs/x/blm"));

  private final StringWriter shown = new StringWriter();

  private ConsoleEvents events(ProgressOptions.Style style, boolean quiet) {
    return new ConsoleEvents(new PrintWriter(shown, true), style, quiet);
  }

  // a bar is drawn again when a tenth of a second has passed
  private static void step(ConsoleEvents events, int epoch, int samples)
      throws InterruptedException {
    Thread.sleep(110);
    events.progress(Pass.TRAINING, epoch, samples, 100, 1.25, 0.5);
  }

  @Test
  void theBarShowsWhereTheRunIs() throws InterruptedException {
    ConsoleEvents events = events(ProgressOptions.Style.BAR, false);
    events.started(RUN, 2);
    step(events, 2, 1);
    step(events, 2, 50);
    String[] drawn = shown.toString().split("\r");

    assertThat(drawn[0]).startsWith("[2/3] blm: 20 epochs, going on after epoch 2");
    assertThat(drawn[1]).contains("blm epoch 3/20 training 1/100").doesNotContain("left");
    assertThat(drawn[2])
        .contains("blm epoch 3/20 training 50/100", " images/s", "loss 1.2500  accuracy 0.500")
        .containsPattern("about \\d+:\\d\\d left$");
  }

  @Test
  void quietShowsNothing() throws InterruptedException {
    ConsoleEvents events = events(ProgressOptions.Style.NONE, true);
    events.note("something of note");
    events.started(RUN, 0);
    step(events, 0, 50);
    assertThat(shown.toString()).isEmpty();
  }
}
