package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.api.run.RunSummary;
import org.reprise.api.run.Stage;

/**
 * What every listener must do, told of runs that finish, fail, are stopped and go on. A listener's
 * test extends this class.
 */
@ExtendWith(NativeScope.class)
public abstract class RunListenerContract {
  private static final int EPOCHS = 3;
  private static final int SOURCES = 5;
  private static final int TARGETS = 3;
  private static final int SAMPLES = 7;

  @TempDir Path folder;

  /**
   * Makes the listener under test.
   *
   * @param context its surroundings
   * @return a new listener; the suite closes it
   */
  protected abstract RunListener create(RunListenerContext context);

  /**
   * Reads what was recorded of the test accuracy.
   *
   * @param run which run
   * @return the epochs of the recorded points, in order, each as often as it is recorded
   */
  protected abstract List<Integer> recorded(Run run);

  @BeforeEach
  final void seed() {
    torch.manual_seed(20240917);
  }

  /**
   * Returns a run that may be told of.
   *
   * @param epochs to train
   * @return a run of 5 source and 3 target labels, whose folder exists and holds an experiment
   */
  protected final Run run(int epochs) {
    try {
      Files.writeString(folder.resolve("experiment.yaml"), "name: tiny\n");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return new Run(
        "blm++",
        "0123456789abcdef".repeat(4),
        0,
        1,
        epochs,
        folder,
        List.of("tench", "shark", "cock, rooster", "\"hen\"", "ostrich|bird"),
        List.of("cat", "dog", "Vögel"));
  }

  /**
   * Tells a listener of an epoch as the engine does: its steps, its figures, what is learned. The
   * tensors are gone when this returns.
   *
   * @param listener is told
   * @param epoch from 1
   * @param evaluated whether it was
   */
  protected static void tellEpoch(RunListener listener, int epoch, boolean evaluated) {
    for (int samples = 1; samples <= SAMPLES; samples++) {
      listener.on(
          new RunEvent.Step(
              Stage.TRAINING,
              epoch,
              samples,
              SAMPLES,
              OptionalDouble.of(1.0 / samples),
              OptionalDouble.of(0.5)));
    }
    try (PointerScope scope = new PointerScope()) {
      listener.on(
          new RunEvent.Epoch(
              epoch,
              OptionalDouble.of(0.01),
              OptionalDouble.of(1.5 / epoch),
              OptionalDouble.of(0.25),
              Optional.empty(),
              evaluated ? Optional.of(evaluation()) : Optional.empty(),
              SAMPLES,
              0.125,
              Map.of("data", 0.0625),
              Map.of()));
      listener.on(
          new RunEvent.Learned(
              epoch, torch.rand(2, 3, 4, 6), Optional.of(torch.rand(SOURCES, TARGETS))));
    }
  }

  private static Evaluation evaluation() {
    Tensor predictions = torch.zeros(new long[] {SAMPLES}, new TensorOptions(ScalarType.Long));
    return new Evaluation(
        SAMPLES,
        4,
        0.75,
        torch.zeros(new long[] {TARGETS, TARGETS}, new TensorOptions(ScalarType.Long)),
        predictions,
        torch.ones(SAMPLES));
  }

  private static RunEvent.Finished finished(Run run) {
    return new RunEvent.Finished(
        run,
        new RunSummary(
            run.label(),
            run.folder(),
            run.epochs(),
            4.0 / SAMPLES,
            "last",
            run.epochs(),
            OptionalDouble.of(4.0 / SAMPLES),
            OptionalDouble.of(0.125),
            OptionalLong.empty()));
  }

  private void listen(Run run, int epochsDone, Consumer<RunListener> told) {
    FakeRunListenerContext context = new FakeRunListenerContext(run, epochsDone);
    try (RunListener listener = create(context)) {
      listener.on(new RunEvent.Started(run, epochsDone));
      told.accept(listener);
    }
    assertThat(context.notes()).isEmpty();
  }

  @Test
  final void aWholeRunIsRecorded() {
    Run run = run(EPOCHS);
    listen(
        run,
        0,
        listener -> {
          listener.on(new RunEvent.Note("a word"));
          tellEpoch(listener, 1, true);
          tellEpoch(listener, 2, false);
          tellEpoch(listener, 3, true);
          listener.on(finished(run));
        });
    assertThat(recorded(run)).containsExactly(1, 3);
  }

  @Test
  final void aStoppedRunGoesOnWithoutDoubledPoints() {
    Run run = run(EPOCHS);
    listen(
        run,
        0,
        listener -> {
          tellEpoch(listener, 1, true);
          tellEpoch(listener, 2, true);
        });
    assertThat(recorded(run)).containsExactly(1, 2);
    listen(
        run,
        2,
        listener -> {
          tellEpoch(listener, 3, true);
          listener.on(finished(run));
        });
    assertThat(recorded(run)).containsExactly(1, 2, 3);
  }

  @Test
  final void aRunThatFailedGoesOn() {
    Run run = run(EPOCHS);
    listen(
        run,
        0,
        listener -> {
          tellEpoch(listener, 1, true);
          listener.on(new RunEvent.Failed(run, "the disk is full"));
        });
    List<Integer> expected = new ArrayList<>(List.of(1));
    listen(
        run,
        1,
        listener -> {
          for (int epoch = 2; epoch <= EPOCHS; epoch++) {
            tellEpoch(listener, epoch, true);
            expected.add(epoch);
          }
          listener.on(finished(run));
        });
    assertThat(recorded(run)).isEqualTo(expected);
  }

  @Test
  final void aRunWithoutTrainingIsRecorded() {
    Run run = run(0);
    listen(
        run,
        0,
        listener -> {
          try (PointerScope scope = new PointerScope()) {
            listener.on(
                new RunEvent.Epoch(
                    0,
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    Optional.empty(),
                    Optional.of(evaluation()),
                    SAMPLES,
                    0.125,
                    Map.of(),
                    Map.of()));
            listener.on(new RunEvent.Learned(0, torch.rand(1, 3, 4, 4), Optional.empty()));
          }
          listener.on(finished(run));
        });
    assertThat(recorded(run)).containsExactly(0);
  }

  @Test
  final void figuresThatAreNotFiniteHarmNothing() {
    Run run = run(1);
    listen(
        run,
        0,
        listener -> {
          try (PointerScope scope = new PointerScope()) {
            Tensor broken =
                torch.full(new long[] {1, 3, 4, 4}, new org.bytedeco.pytorch.Scalar(Double.NaN));
            listener.on(
                new RunEvent.Epoch(
                    1,
                    OptionalDouble.of(0.01),
                    OptionalDouble.of(Double.NaN),
                    OptionalDouble.of(0),
                    Optional.empty(),
                    Optional.of(evaluation()),
                    SAMPLES,
                    Double.POSITIVE_INFINITY,
                    Map.of(),
                    Map.of()));
            listener.on(
                new RunEvent.Learned(1, broken, Optional.of(broken.reshape(SOURCES - 1, -1))));
          }
        });
    assertThat(recorded(run)).containsExactly(1);
  }

  @Test
  final void nativeMemoryIsFlat() {
    Run run = run(EPOCHS);
    NativeMemory.assertFlat(
        "listening to a run", () -> listen(run, 0, listener -> tellEpoch(listener, 1, true)));
  }
}
