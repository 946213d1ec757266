package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.Stage;

class ConsoleEventsTest {
  private static final Run RUN =
      new Run(
          "blm",
          "0123456789abcdef".repeat(4),
          1,
          3,
          20,
          Path.of("runs/x/blm-01234567"),
          List.of("tench", "goldfish"),
          List.of("cat"));

  private final StringWriter shown = new StringWriter();

  private ConsoleEvents events(ProgressOptions.Style style, boolean quiet) {
    return new ConsoleEvents(new PrintWriter(shown, true), style, quiet);
  }

  // a bar is drawn again when a tenth of a second has passed
  private static void step(ConsoleEvents events, int epoch, int samples)
      throws InterruptedException {
    Thread.sleep(110);
    events.on(
        new RunEvent.Step(
            Stage.TRAINING, epoch, samples, 100, OptionalDouble.of(1.25), OptionalDouble.of(0.5)));
  }

  @Test
  void theBarShowsWhereTheRunIs() throws InterruptedException {
    ConsoleEvents events = events(ProgressOptions.Style.BAR, false);
    events.on(new RunEvent.Started(RUN, 2));
    step(events, 3, 1);
    step(events, 3, 50);
    String[] drawn = shown.toString().split("\r");

    assertThat(drawn[0]).startsWith("[2/3] blm: 20 epochs, going on after epoch 2");
    assertThat(drawn[1]).contains("blm epoch 3/20 training 1/100").doesNotContain("left");
    assertThat(drawn[2])
        .contains("blm epoch 3/20 training 50/100", " images/s", "loss 1.2500  accuracy 0.500")
        .containsPattern("about \\d+:\\d\\d left$");
  }

  @Test
  void aPassWithoutLossShowsNone() throws InterruptedException {
    ConsoleEvents events = events(ProgressOptions.Style.BAR, false);
    events.on(new RunEvent.Started(RUN, 0));
    Thread.sleep(110);
    events.on(
        new RunEvent.Step(
            Stage.EVIDENCE, 1, 8, 100, OptionalDouble.empty(), OptionalDouble.empty()));
    assertThat(shown.toString())
        .contains("blm epoch 1/20 evidence 8/100")
        .doesNotContain("loss", "accuracy", "NaN", "left");
  }

  @Test
  void anEpochIsALineWithWhatItHas() {
    ConsoleEvents events = events(ProgressOptions.Style.NONE, false);
    events.on(new RunEvent.Started(RUN, 0));
    events.on(epoch(3, OptionalDouble.of(0.5), Optional.empty()));
    events.on(
        epoch(20, OptionalDouble.of(0.25), Optional.of(new Evaluation(8, 6, 1, null, null, null))));
    events.on(epoch(0, OptionalDouble.empty(), Optional.empty()));
    String[] lines = shown.toString().split(System.lineSeparator());
    assertThat(lines).hasSize(4);
    assertThat(lines[1])
        .isEqualTo("  blm epoch 3/20  loss 0.5000  train 50.00 %  4.00 s  10 images/s");
    assertThat(lines[2])
        .isEqualTo(
            "  blm epoch 20/20  loss 0.2500  train 25.00 %  test 75.00 %  4.00 s  10 images/s");
    assertThat(lines[3]).isEqualTo("  blm without training  4.00 s  10 images/s");
  }

  private static RunEvent.Epoch epoch(int epoch, OptionalDouble train, Optional<Evaluation> test) {
    return new RunEvent.Epoch(
        epoch,
        OptionalDouble.empty(),
        train,
        train,
        Optional.empty(),
        test,
        40,
        4,
        Map.of(),
        Map.of());
  }

  @Test
  void quietShowsNothing() throws InterruptedException {
    ConsoleEvents events = events(ProgressOptions.Style.NONE, true);
    events.on(new RunEvent.Note("something of note"));
    events.on(new RunEvent.Started(RUN, 0));
    step(events, 1, 50);
    assertThat(shown.toString()).isEmpty();
  }
}
