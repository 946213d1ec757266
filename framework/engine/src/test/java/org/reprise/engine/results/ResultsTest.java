package org.reprise.engine.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;

class ResultsTest {
  @TempDir private Path folder;

  @Test
  void aCompleteRunIsReadWithItsFigures() throws IOException {
    new FakeRun("blm", 3, 3)
        .epoch(0.5)
        .epoch(0.75)
        .epoch(0.75)
        .predicts(new int[] {0, 0, 0, 1}, new int[] {0, 0, 1, 1})
        .write(folder.resolve("study/blm-1"));
    Results results = Results.read(List.of(folder));
    assertThat(results.unreadable()).isEmpty();
    RunRecord run = results.runs().get(0);
    assertThat(run.state()).isEqualTo(RunState.COMPLETE);
    assertThat(run.seed()).isEqualTo(3);
    assertThat(run.targetLabels()).isEqualTo(2);
    assertThat(run.sourceLabels()).isEqualTo(3);
    assertThat(run.splitSizes()).containsEntry("test", 4L);
    assertThat(run.epochs().bestTest()).contains(new EpochFigures(2, OptionalDouble.of(0.75)));
    assertThat(run.epochs().last()).contains(new EpochFigures(3, OptionalDouble.of(0.75)));
    assertThat(run.epochs().seconds()).isEqualTo(12);
    assertThat(run.epochs().secondsPerEpoch()).hasValue(4);
    assertThat(run.epochs().peakMemoryBytes()).hasValue(3_000_000_000L);

    RunFigures figures = new RunFigures(run);
    assertThat(figures.value(Figure.PER_CLASS_MEAN, Moment.LAST).orElseThrow())
        .isCloseTo((2 / 3.0 + 1) / 2, within(1e-12));
    assertThat(figures.value(Figure.MACRO_F1, Moment.LAST).orElseThrow())
        .isCloseTo((2 * 2 / 5.0 + 2 * 1 / 3.0) / 2, within(1e-12));
    // every prediction has probability 0.75, and 0.75 of them are right
    assertThat(figures.value(Figure.CALIBRATION_ERROR, Moment.LAST).orElseThrow())
        .isCloseTo(0, within(1e-7));
    assertThat(figures.value(Figure.MACRO_F1, Moment.BEST_TEST)).isEmpty();
    assertThat(figures.value(Figure.ACCURACY, Moment.BEST_TEST)).hasValue(0.75);
  }

  @Test
  void theSelectedEpochIsTheFirstBestOnValidation() throws IOException {
    new FakeRun("blm", 0, 3)
        .set("training.selection", "validation")
        .epoch(0.25, Map.of("validation_accuracy", 0.6))
        .epoch(0.5, Map.of("validation_accuracy", 0.6))
        .epoch(0.75, Map.of("validation_accuracy", 0.1))
        .write(folder.resolve("blm-1"));
    RunRecord run = Results.read(List.of(folder)).runs().get(0);
    assertThat(run.epochs().selected()).contains(new EpochFigures(1, OptionalDouble.of(0.25)));
    assertThat(new RunFigures(run).value(Figure.ACCURACY, Moment.SELECTED)).hasValue(0.25);
  }

  @Test
  void incompleteAndDamagedRunsAreNamedAndTheOthersStay() throws IOException {
    new FakeRun("whole", 0, 1).epoch(0.5).write(folder.resolve("a"));
    Path cut = new FakeRun("cut", 0, 2).epoch(0.5).writeWithoutResults(folder.resolve("b"));
    Files.writeString(cut.resolve("metrics.jsonl"), "{\"epoch\":2,\"te", StandardOpenOption.APPEND);
    new FakeRun("unwritten", 0, 1).epoch(0.5).writeWithoutResults(folder.resolve("c"));
    Path torn = new FakeRun("torn", 0, 1).epoch(0.5).write(folder.resolve("d"));
    Files.writeString(torn.resolve("metrics.jsonl"), "{\"epoch\":1}\n{\"epoch\":2,\"x\":]\n{}\n");
    Path half = new FakeRun("half", 0, 1).epoch(0.5).write(folder.resolve("e"));
    byte[] provenance = Files.readAllBytes(half.resolve("provenance.json"));
    Files.write(half.resolve("provenance.json"), Arrays.copyOf(provenance, provenance.length / 2));
    Files.createDirectories(folder.resolve("f/checkpoints"));
    new FakeRun("above", 0, 1).epoch(1.5).write(folder.resolve("g"));
    Path binary = new FakeRun("binary", 0, 1).write(folder.resolve("h"));
    Files.write(binary.resolve("metrics.jsonl"), new byte[] {0, 1, (byte) 0xff, '\n'});

    Results results = Results.read(List.of(folder));
    assertThat(results.runs())
        .extracting(RunRecord::label, RunRecord::state)
        .containsExactly(
            tuple("whole", RunState.COMPLETE),
            tuple("cut", RunState.INCOMPLETE),
            tuple("unwritten", RunState.INCOMPLETE));
    assertThat(results.runs().get(1).epochs().lines()).isEqualTo(1);
    assertThat(results.unreadable())
        .extracting(run -> run.folder().getFileName().toString())
        .containsExactly("d", "e", "f", "g", "h");
    assertThat(results.unreadable())
        .extracting(Unreadable::reason)
        .satisfiesExactly(
            reason -> assertThat(reason).contains("d/metrics.jsonl:2", "not valid JSON"),
            reason -> assertThat(reason).contains("e/provenance.json", "not valid JSON"),
            reason -> assertThat(reason).contains("f/provenance.json", "missing"),
            reason -> assertThat(reason).contains("g/metrics.jsonl:1", "test_accuracy is 1.5"),
            reason -> assertThat(reason).contains("h/metrics.jsonl:1", "not valid JSON"));
  }

  @Test
  void aFailedSessionIsToldFromAnInterruptedOne() throws IOException {
    FakeRun run = new FakeRun("blm", 0, 2).epoch(0.5);
    ((ObjectNode) run.provenance().at("/sessions/0")).put("failure", "no memory");
    run.writeWithoutResults(folder.resolve("a"));
    assertThat(Results.read(List.of(folder)).runs().get(0).state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void predictionsThatAreNotThoseOfTheMetricsAreRefused() throws IOException {
    new FakeRun("blm", 0, 1)
        .epoch(0.5)
        .predicts(new int[] {0, 1, 0, 1}, new int[] {0, 1, 0, 0})
        .write(folder.resolve("a"));
    new FakeRun("blm", 1, 1)
        .epoch(0.5)
        .predicts(new int[] {0, 7}, new int[] {0, 1})
        .write(folder.resolve("b"));
    List<RunRecord> runs = Results.read(List.of(folder)).runs();
    assertThatThrownBy(() -> new RunFigures(runs.get(0)).value(Figure.MACRO_F1, Moment.LAST))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("75.0000 %")
        .hasMessageContaining("50.0000 %");
    assertThatThrownBy(() -> new RunFigures(runs.get(1)).value(Figure.MACRO_F1, Moment.LAST))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("sample 1 has target label 7");
  }

  @Test
  void aRunInSeveralPlacesCountsOnceAndLinksInCirclesEnd() throws IOException {
    Path run = new FakeRun("blm", 0, 1).epoch(0.5).write(folder.resolve("study/blm-1"));
    Files.createSymbolicLink(folder.resolve("study/again"), folder);
    assertThat(Results.read(List.of(folder, folder.resolve("study"), run)).runs()).hasSize(1);
  }

  @Test
  void aPlaceWithoutRunsIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> Results.read(List.of(folder.resolve("empty"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no runs in it");
    assertThatThrownBy(() -> Results.read(List.of(folder.resolve("nowhere"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such folder");
    Files.write(folder.resolve("file"), "x".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Results.read(List.of(folder.resolve("file"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a file");
  }
}
