package org.reprise.engine.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.counting.CountsWatch;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.trace.MappingTrace;
import org.reprise.engine.training.Model;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
class RecorderTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;
  private RunDirectory directory;

  @BeforeEach
  void make() throws IOException {
    directory = new RunDirectory(folder.resolve("blm-01234567"));
    directory.create("name: tiny");
  }

  private Recorder recorder(Selection selection, int epochs) {
    MappingTrace trace = new MappingTrace(new Model(null, null, null, 2), new CountsWatch());
    return new Recorder(directory, ID, selection, epochs, trace);
  }

  /** An event; an accuracy in sixteenths, or -1 for one that was not evaluated. */
  private static RunEvent.Epoch epoch(int epoch, int validation, int test) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("mapper.omega", torch.ones(2).mul(new Scalar(epoch)));
    state.put("mapper.next.omega", torch.ones(2).mul(new Scalar(epoch + 0.5)));
    return new RunEvent.Epoch(
        epoch,
        OptionalDouble.of(0.5),
        OptionalDouble.of(1.25),
        OptionalDouble.of(0.75),
        evaluation(validation),
        evaluation(test),
        40,
        2,
        Map.of("data", 0.5),
        state);
  }

  private static Optional<Evaluation> evaluation(int correct) {
    return correct < 0
        ? Optional.empty()
        : Optional.of(
            new Evaluation(
                16,
                correct,
                2.5,
                torch.zeros(2, 2).to(ScalarType.Long),
                torch.zeros(16).to(ScalarType.Long),
                torch.ones(16)));
  }

  private int selected(Selection selection, int[] validation, int[] test) {
    Recorder recorder = recorder(selection, test.length);
    for (int i = 0; i < test.length; i++) {
      recorder.on(epoch(i + 1, validation[i], test[i]));
    }
    int best = recorder.bestEpoch();
    Checkpoint saved = Checkpoint.read(directory.checkpoints(), RunDirectory.BEST);
    assertThat(saved.epochs()).isEqualTo(best);
    assertThat(saved.bestEpoch()).isEqualTo(best);
    assertThat(saved.tensors().get("mapper.omega").select(0, 0).item_double()).isEqualTo(best);
    Checkpoint last = Checkpoint.read(directory.checkpoints(), RunDirectory.LAST);
    assertThat(last.epochs()).isEqualTo(test.length);
    assertThat(last.bestEpoch()).isEqualTo(best);
    return best;
  }

  @Test
  void theHighestAccuracyIsSelectedAndOfEqualOnesTheFirst() {
    int[] none = {-1, -1, -1, -1, -1};
    int[] up = {3, 9, 9, 4, 9};
    int[] down = {12, 2, 1, 12, 0};
    assertThat(selected(Selection.TEST, none, up)).isEqualTo(2);
    assertThat(selected(Selection.TEST, up, down)).isEqualTo(1);
    assertThat(selected(Selection.VALIDATION, up, down)).isEqualTo(2);
    assertThat(selected(Selection.VALIDATION, down, up)).isEqualTo(1);
    assertThat(selected(Selection.LAST, up, down)).isEqualTo(5);
    // epochs that were not evaluated are not selected
    assertThat(selected(Selection.TEST, none, new int[] {-1, 0, -1, 0, 0})).isEqualTo(2);
    assertThat(selected(Selection.VALIDATION, new int[] {-1, 5, -1, 7}, new int[] {-1, 9, -1, 1}))
        .isEqualTo(4);
  }

  @Test
  void theLastEpochIsSelectedWhenItIsThereAndNotBefore() {
    Recorder recorder = recorder(Selection.LAST, 3);
    recorder.on(epoch(1, -1, 16));
    recorder.on(epoch(2, -1, 16));
    assertThat(recorder.bestEpoch()).isZero();
    assertThat(Checkpoint.exists(directory.checkpoints(), RunDirectory.BEST)).isFalse();
    recorder.on(epoch(3, -1, 0));
    assertThat(recorder.bestEpoch()).isEqualTo(3);
  }

  @Test
  void checkpointAndMetricsHoldTheEpoch() throws IOException {
    Recorder recorder = recorder(Selection.TEST, 2);
    recorder.on(new RunEvent.Note("of no matter"));
    recorder.on(epoch(1, -1, 4));
    recorder.on(epoch(2, 8, -1));
    Checkpoint last = Checkpoint.read(directory.checkpoints(), RunDirectory.LAST);
    assertThat(last.run()).isEqualTo(ID);
    assertThat(last.bestScore()).isEqualTo(0.25);
    assertThat(last.tensors()).containsOnlyKeys("mapper.omega", "mapper.next.omega");
    assertThat(Checkpoint.read(directory.checkpoints(), RunDirectory.BEST).tensors())
        .containsOnlyKeys(
            "mapper.omega",
            "mapper.next.omega",
            "test.predictions",
            "test.probabilities",
            "test.confusion");
    assertThat(directory.readMetrics()).hasSize(2);
    EpochRecord first = directory.readMetrics().get(0);
    assertThat(first.epoch()).isEqualTo(1);
    assertThat(first.trainLoss()).hasValue(1.25);
    assertThat(first.testAccuracy()).hasValue(0.25);
    assertThat(first.validationAccuracy()).isEmpty();
    EpochRecord second = directory.readMetrics().get(1);
    assertThat(second.testAccuracy()).isEmpty();
    assertThat(second.validationAccuracy()).hasValue(0.5);
    assertThat(second.line()).isEqualTo(last.metricsLine());
  }

  @Test
  void theBestIsWrittenFirstThenTheLastThenTheMetrics() throws IOException {
    Path metrics = Files.createDirectory(directory.folder().resolve("metrics.jsonl"));
    assertFails(recorder(Selection.TEST, 2));
    assertThat(Checkpoint.exists(directory.checkpoints(), RunDirectory.BEST)).isTrue();
    assertThat(Checkpoint.exists(directory.checkpoints(), RunDirectory.LAST)).isTrue();
    Files.delete(metrics);

    Files.delete(directory.checkpoints().resolve("best.safetensors"));
    Files.delete(directory.checkpoints().resolve("last.safetensors"));
    Files.createDirectories(directory.checkpoints().resolve("last.safetensors/in the way"));
    assertFails(recorder(Selection.TEST, 2));
    assertThat(Checkpoint.exists(directory.checkpoints(), RunDirectory.BEST)).isTrue();
    assertThat(directory.readMetrics()).isEmpty();
  }

  private void assertFails(Recorder recorder) {
    assertThatThrownBy(() -> recorder.on(epoch(1, -1, 4)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("epoch 1 cannot be recorded")
        .hasMessageContaining("reprise resume " + directory.folder());
  }

  @Test
  void itGoesOnFromACheckpointAndMendsTheMetrics() throws IOException {
    Recorder before = recorder(Selection.TEST, 3);
    before.on(epoch(1, -1, 9));
    before.on(epoch(2, -1, 4));
    String complete = Files.readString(directory.folder().resolve("metrics.jsonl"));
    Checkpoint saved = Checkpoint.read(directory.checkpoints(), RunDirectory.LAST);
    for (String damaged :
        new String[] {
          complete, // nothing was lost
          complete.lines().findFirst().orElseThrow() + "\n", // the second line came too late
          complete + "{\"epoch\": 3, \"trai", // cut short
          complete + "{\"epoch\": 3}\n", // of an epoch whose checkpoint is lost
        }) {
      Files.writeString(directory.folder().resolve("metrics.jsonl"), damaged);
      Recorder after = recorder(Selection.TEST, 3);
      after.restore(saved);
      assertThat(directory.folder().resolve("metrics.jsonl")).hasContent(complete);
      assertThat(after.bestEpoch()).isEqualTo(1);
      after.on(epoch(3, -1, 9)); // as good as the first
      assertThat(after.bestEpoch()).isEqualTo(1);
      after.on(epoch(3, -1, 10));
      assertThat(after.bestEpoch()).isEqualTo(3);
    }
  }
}
