package org.reprise.engine.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.engine.listing.RunIndex;
import org.reprise.engine.listing.RunLine;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.TrialRecord;
import org.reprise.engine.record.TrialRecord.Outcome;
import org.reprise.engine.results.FakeRun;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Results;
import org.reprise.engine.results.RunRecord;
import org.reprise.engine.results.RunState;

/** What is told of searches by their records alone. */
class SearchedRunsTest {
  private static final Question QUESTION =
      new Question(
          List.of(),
          List.of("dataset"),
          List.of("mapping"),
          List.of(Figure.ACCURACY),
          List.of(Moment.LAST),
          Optional.empty(),
          List.of());

  @TempDir private Path folder;

  private Path trial(int seed, int number, double laplace, Outcome outcome, double accuracy)
      throws IOException {
    FakeRun run =
        new FakeRun("blm", seed, 1)
            .set("mapping.laplace", laplace)
            .set("training.optimizer.lr", laplace / 10)
            .epoch(accuracy);
    Path place = folder.resolve("blm-seed" + seed + "-trial" + number);
    if (outcome == Outcome.WON) {
      run.write(place);
    } else {
      run.writeWithoutResults(place);
    }
    new TrialRecord(
            "blm-seed" + seed,
            "random",
            9,
            number,
            Map.of("mapping.laplace", "" + laplace, "training.optimizer.lr", "" + laplace / 10),
            outcome,
            outcome == Outcome.OPEN ? "" : "at epoch 1, validation 50.00%, 2. of 9")
        .write(new RunDirectory(place));
    return place;
  }

  @Test
  void winnersAreAveragedOverSeedsAndTheNumberOfTrialsIsTold() throws IOException {
    trial(0, 3, 0.5, Outcome.WON, 0.5);
    trial(1, 4, 2, Outcome.WON, 0.7);
    trial(0, 4, 2, Outcome.OUT, 0.9);
    new FakeRun("blm", 0, 1).epoch(0.25).write(folder.resolve("plain0"));
    new FakeRun("blm", 1, 1).epoch(0.35).write(folder.resolve("plain1"));
    Results results = Results.read(List.of(folder));
    String text = new TextFormat().write(Comparison.of(results, QUESTION));
    assertThat(text)
        .contains("60.00 ± 14.14 (2)")
        .contains("30.00 ± 7.07 (2)")
        .contains("laplace=searched")
        .doesNotContain("90.00")
        .contains("the test split evaluated for the winner alone: 2 searches: ")
        .contains("blm-seed0, trial 3 of 9 (random), ")
        .contains("mapping.laplace 0.5")
        .contains("blm-seed1, trial 4 of 9 (random), ");
    assertThat(ComputeStatement.of(results, results.runs(), Map.of()).text())
        .contains("5 runs in ")
        .contains("4 complete, 0 failed, 0 begun and not completed, 1 trials of searches");
    // what a run is stays what it is
    RunRecord won =
        results.runs().stream().filter(run -> run.label().equals("blm")).findFirst().orElseThrow();
    assertThat(String.valueOf(won.spec().content().get("mapping"))).doesNotContain("searched");
  }

  @Test
  void theListingSaysWhatBecameOfEachTrial() throws IOException {
    trial(0, 3, 0.5, Outcome.WON, 0.5);
    Path out = trial(0, 4, 2, Outcome.OUT, 0.9);
    Path open = trial(0, 5, 3, Outcome.OPEN, 0.9);
    List<RunLine> lines = RunIndex.of(folder).runs();
    assertThat(lines)
        .extracting(RunLine::state)
        .containsExactly(RunState.COMPLETE, RunState.OUT, RunState.INCOMPLETE);
    assertThat(lines)
        .extracting(RunLine::trial)
        .containsExactly(
            "3 of 9, at epoch 1, validation 50.00%, 2. of 9",
            "4 of 9, at epoch 1, validation 50.00%, 2. of 9", "5 of 9");
    assertThat(RunIndex.of(folder).runs()).isEqualTo(lines); // from the index
    // a longer search: what was open is out
    TrialRecord.read(new RunDirectory(open))
        .orElseThrow()
        .with(Outcome.OUT, "late")
        .write(new RunDirectory(open));
    assertThat(RunIndex.of(folder).runs())
        .extracting(RunLine::trial)
        .endsWith("5 of 9, late")
        .hasSize(3);
    assertThat(TrialRecord.read(new RunDirectory(out)).orElseThrow().outcome())
        .isEqualTo(Outcome.OUT);
  }
}
