package org.reprise.engine.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.engine.results.FakeRun;
import org.reprise.engine.results.Results;

class DifferenceTest {
  @TempDir private Path folder;

  private Difference difference(FakeRun first, FakeRun second) throws IOException {
    first.write(folder.resolve("a"));
    second.write(folder.resolve("b"));
    Results results = Results.read(List.of(folder));
    return Difference.of(results.runs().get(0), results.runs().get(1));
  }

  private static ObjectNode session(FakeRun run) {
    return (ObjectNode) run.provenance().at("/sessions/0");
  }

  @Test
  void keysAndSurroundingsThatDifferAreNamed() throws IOException {
    FakeRun second = new FakeRun("blm", 1, 2).set("training.optimizer.lr", 0.1).epoch(0.5);
    session(second).withObject("/versions").put("libtorch", "9");
    session(second).put("seconds", 99); // how long it took is a figure, not a cause
    Difference difference = difference(new FakeRun("blm", 0, 2).epoch(0.5), second);
    assertThat(difference.made())
        .containsExactly(
            new Difference.Key("seed", "0", "1"),
            new Difference.Key("training.optimizer.lr", "0.01", "0.1"));
    assertThat(difference.surroundings())
        .containsExactly(new Difference.Key("versions.libtorch", "nothing", "9"));
  }

  @Test
  void theEpochInWhichResultsPartIsNamed() throws IOException {
    int[] labels = {0, 0, 1, 1};
    Difference difference =
        difference(
            new FakeRun("blm", 0, 3)
                .epoch(0.5, Map.of("train_loss", 2.0))
                .epoch(0.5, Map.of("train_loss", 1.5))
                .epoch(0.75, Map.of("train_loss", 1.25))
                .predicts(labels, new int[] {0, 0, 1, 0}),
            new FakeRun("blm", 1, 3)
                .epoch(0.5, Map.of("train_loss", 2.0))
                .epoch(0.5, Map.of("train_loss", 1.5000001))
                .epoch(0.5, Map.of("train_loss", 1.25))
                .predicts(labels, new int[] {0, 1, 1, 0}));
    String text = DifferenceText.of(difference);
    assertThat(text)
        .contains("The results part in epoch 2.")
        .contains("    3    75.00    50.00   -25.00    1.25000    1.25000")
        .doesNotContain("\n    1  ")
        .contains(
            "Of 4 test images, after the last epoch: 1 are predicted differently; both right"
                + " 2, only A 1, only B 0, none 1.");
  }

  @Test
  void equalRunsAreSaidToBeEqual() throws IOException {
    String text =
        DifferenceText.of(
            difference(new FakeRun("blm", 0, 1).epoch(0.5), new FakeRun("blm", 0, 1).epoch(0.5)));
    assertThat(text)
        .contains("The same run, by its id")
        .contains("are equal to the last bit in all epochs of both, 1");
  }

  @Test
  void aComputeStatementCountsWhatCameToNothing() throws IOException {
    new FakeRun("blm", 0, 1).epoch(0.5).write(folder.resolve("a")); // its session took 5 s
    FakeRun failed = new FakeRun("blm", 1, 2).epoch(0.5); // 2 s of epochs, no end recorded
    session(failed).remove("seconds");
    session(failed).put("failure", "no memory");
    failed.writeWithoutResults(folder.resolve("b"));
    FakeRun abandoned = new FakeRun("blm", 2, 2);
    session(abandoned).put("seconds", 3595.0);
    session(abandoned).withObject("/machine").put("gpu", "G");
    abandoned.writeWithoutResults(folder.resolve("c"));
    Results results = Results.read(List.of(folder));
    ComputeStatement statement =
        ComputeStatement.of(results, results.runs(), Map.of("fake", "as you like"));
    assertThat(statement.complete()).isEqualTo(1);
    assertThat(statement.failed()).isEqualTo(1);
    assertThat(statement.abandoned()).isEqualTo(1);
    assertThat(statement.machines()).containsOnlyKeys("cpu of P, 2 cores", "cpu of P, 2 cores, G");
    assertThat(statement.machines().get("cpu of P, 2 cores").hours())
        .isCloseTo(7 / 3600.0, within(1e-12));
    assertThat(statement.hoursOfRun()).hasSize(1);
    assertThat(statement.text())
        .contains("3 runs in 1.00 hours in all: 1 complete, 1 failed, 1 begun and not completed")
        .contains("Sessions that did not record their end: 1;")
        .contains("fake: train 8, test 4; licence: as you like.");
    assertThat(ComputeStatement.of(results, results.runs(), Map.of()).text())
        .contains("licence: not known here, state it yourself");
  }
}
