package org.reprise.engine.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Split;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunSummary;
import org.reprise.api.run.Stage;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.fake.FakePlugin;
import org.reprise.engine.fake.Plan;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.Checkpoint;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.TrialRecord;
import org.reprise.engine.record.TrialRecord.Outcome;
import org.reprise.engine.study.StudyOutcome.Row;
import org.reprise.engine.study.StudyOutcome.State;
import org.reprise.engine.study.StudyRunner.Wishes;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.testkit.NativeScope;

/** Searches among scripted fakes: stopped again and again, shared, failing. */
@ExtendWith(NativeScope.class)
class StudySearchTest {
  private static final int KILLS = 12;
  private static final int TEST = 31;
  private static final String STUDY =
      FakePlugin.EXPERIMENT.replace("epochs: 3, batch-size: 4", "epochs: 4, validation: 0.3")
          + """
          search:
            method: successive-halving
            trials: 5
            factor: 2
            space: {training.batch-size: {integer: [2, 9]}, training.optimizer.lr: {log: [0.001, 1]}}
          """;

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final AtomicInteger tested = new AtomicInteger(); // samples of the test split
  @TempDir private Path folder;
  private PluginHost host;

  @BeforeEach
  void load() throws IOException {
    System.out.println("StudySearchTest: -Dreprise.seed=" + seed);
    host = FakePlugin.load(folder);
    FakePlugin.hold(Map.of(Split.TRAIN, greys(20), Split.TEST, greys(TEST)));
    Files.writeString(folder.resolve("study.yaml"), STUDY);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Greys greys(int samples) {
    return new Greys(
        random.ints(samples, 0, 256).boxed().toList(),
        random.ints(samples, 0, Plan.TARGETS).boxed().toList());
  }

  private StudyPlan study(String output) {
    return StudyPlan.read(
        folder.resolve("study.yaml"),
        List.of("output=" + folder.resolve(output), "training.selection=validation"),
        host);
  }

  private StudyRunner runner(int steps) {
    AtomicInteger taken = new AtomicInteger();
    return new StudyRunner(
        host,
        event -> {
          if (event instanceof RunEvent.Step step) {
            taken.incrementAndGet();
            if (step.stage() == Stage.EVALUATION
                && step.total() == TEST
                && step.samples() == TEST) {
              tested.incrementAndGet();
            }
          }
        },
        () -> taken.get() >= steps,
        Invocation.of(List.of("run")));
  }

  private StudyOutcome run(String output, Wishes wishes) throws IOException {
    return runner(Integer.MAX_VALUE).run(study(output), wishes);
  }

  private static Row winner(StudyOutcome outcome) {
    List<Row> complete =
        outcome.rows().stream().filter(row -> row.state() == State.COMPLETE).toList();
    assertThat(complete).hasSize(1);
    return complete.get(0);
  }

  @Test
  void theWinnerIsTheRunTrainedStraightThroughAndAloneReadsTheTestSplit() throws IOException {
    StudyOutcome outcome = run("runs", Wishes.NONE);
    assertThat(outcome.rows()).extracting(Row::state).filteredOn(State.OUT::equals).hasSize(4);
    Row winner = winner(outcome);
    Path folder = winner.summary().orElseThrow().folder();
    int epochs = winner.summary().orElseThrow().selectedEpoch();
    assertThat(tested.get()).isEqualTo(epochs == 4 ? 1 : 2); // the last and the selected epoch

    // the same experiment, without a search
    Experiment alone =
        Experiment.read(
            folder.resolve("experiment.yaml"), List.of("output=" + this.folder.resolve("alone")));
    StudyOutcome straight = runner(Integer.MAX_VALUE).run(alone, false);
    Path other = straight.runs().get(0).folder();
    assertThat(Provenance.read(folder.resolve("provenance.json")).orElseThrow().id())
        .isEqualTo(Provenance.read(other.resolve("provenance.json")).orElseThrow().id());
    for (String name : List.of(RunDirectory.LAST, RunDirectory.BEST)) {
      Checkpoint one = Checkpoint.read(folder.resolve("checkpoints"), name);
      Checkpoint two = Checkpoint.read(other.resolve("checkpoints"), name);
      assertThat(one.bestEpoch()).isEqualTo(two.bestEpoch());
      assertThat(one.bestScore()).isEqualTo(two.bestScore());
      assertThat(one.tensors().keySet()).isEqualTo(two.tensors().keySet());
      one.tensors()
          .forEach((key, tensor) -> assertEqual(name + " " + key, tensor, two.tensors().get(key)));
    }
    assertThat(Files.readAllBytes(folder.resolve("predictions.safetensors")))
        .isEqualTo(Files.readAllBytes(other.resolve("predictions.safetensors")));
    List<ObjectNode> lines = metrics(folder);
    List<ObjectNode> expected = metrics(other);
    for (int i = 0; i < 4; i++) {
      if (i + 1 != epochs && i != 3) {
        expected.get(i).remove(List.of("test_accuracy", "test_loss"));
      }
    }
    assertThat(lines.stream().map(TreeMapped::of).toList())
        .isEqualTo(expected.stream().map(TreeMapped::of).toList());
    assertThat(FakePlugin.open().values()).allMatch(count -> count == 0);
  }

  /** A line of metrics whatever the order of its keys. */
  private record TreeMapped(Map<String, String> values) {
    static TreeMapped of(ObjectNode line) {
      Map<String, String> values = new TreeMap<>();
      line.fields()
          .forEachRemaining(entry -> values.put(entry.getKey(), entry.getValue().toString()));
      return new TreeMapped(values);
    }
  }

  private static List<ObjectNode> metrics(Path run) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      ObjectNode node = (ObjectNode) new ObjectMapper().readTree(line);
      // a run that goes on gathers its first evidence again where the fast edition has none kept
      node.remove(List.of("seconds", "phase_seconds", "time", "peak_memory_bytes"));
      lines.add(node);
    }
    return lines;
  }

  @Test
  void aSearchThatIsKilledAgainAndAgainEndsTheSame() throws IOException {
    StudyOutcome undisturbed = run("undisturbed", Wishes.NONE);
    int kills = 0;
    StudyOutcome outcome = null;
    while (outcome == null) {
      try {
        int steps = kills < KILLS ? 1 + random.nextInt(15) : Integer.MAX_VALUE;
        outcome = runner(steps).run(study("killed"), Wishes.NONE);
      } catch (RunStoppedException e) {
        kills++;
      }
    }
    System.out.println("StudySearchTest: killed " + kills + " times");
    assertThat(kills).isPositive();
    assertThat(table(outcome)).isEqualTo(table(undisturbed));

    // finished: nothing is opened, nothing trained, and the folder alone is enough
    FakePlugin.fail("backbone.create");
    assertThat(table(run("killed", Wishes.NONE))).isEqualTo(table(undisturbed));
    StudyPlan read = StudyPlan.in(study("killed").folder(), host);
    assertThat(read.runs())
        .extracting(PlannedRun::label, PlannedRun::trial, run -> run.plan().toMap())
        .isEqualTo(
            study("killed").runs().stream()
                .map(run -> tuple(run.label(), run.trial(), run.plan().toMap()))
                .toList());
    assertThat(StudyRunner.searches(read, false).get(0).toDo()).isEmpty();
  }

  private static Map<String, List<String>> table(StudyOutcome outcome) throws IOException {
    Map<String, List<String>> table = new LinkedHashMap<>();
    for (Row row : outcome.rows()) {
      List<String> lines = new ArrayList<>(List.of(row.state() + " " + row.reason()));
      if (row.summary().isPresent()) {
        metrics(row.summary().get().folder()).forEach(line -> lines.add(line.toString()));
      }
      table.put(row.label(), lines);
    }
    return table;
  }

  @Test
  void trialsThatAreTrainedOneByOneInProcessesOfTheirOwnEndTheSame() throws IOException {
    StudyOutcome whole = run("whole", Wishes.NONE);
    StudyPlan study = study("parts");
    boolean trained = true;
    while (trained) {
      trained = false;
      List<Integer> places = new ArrayList<>();
      StudyRunner.searches(study, false).get(0).toDo().forEach(run -> places.add(run.index()));
      Collections.shuffle(places, random);
      for (int place : places) {
        runner(Integer.MAX_VALUE).run(study, new Wishes(false, false, List.of(place)));
        trained = true;
      }
    }
    assertThat(table(run("parts", Wishes.NONE))).isEqualTo(table(whole));
    assertThat(study.find("counting")).containsExactly(0, 1, 2, 3, 4);
    assertThat(study.find("0")).containsExactly(0, 1, 2, 3, 4);
    assertThat(study.find("counting-trial3")).containsExactly(2);
  }

  @Test
  void whatBecameOfATrialStandsInItsFolder() throws IOException {
    StudyOutcome outcome = run("runs", Wishes.NONE);
    RunSummary winner = winner(outcome).summary().orElseThrow();
    int out = 0;
    for (Path run : RunDirectory.runsIn(outcome.folder())) {
      TrialRecord trial = TrialRecord.read(new RunDirectory(run)).orElseThrow();
      assertThat(trial.search()).isEqualTo("counting");
      assertThat(trial.trials()).isEqualTo(5);
      assertThat(trial.values()).containsKeys("training.batch-size", "training.optimizer.lr");
      boolean won = run.getFileName().equals(winner.folder().getFileName());
      assertThat(trial.outcome()).isEqualTo(won ? Outcome.WON : Outcome.OUT);
      if (!won) {
        out++;
        for (ObjectNode line : metrics(run)) {
          assertThat(line.has("validation_accuracy")).isTrue();
          assertThat(line.has("test_accuracy")).isFalse();
        }
        assertThatThrownBy(() -> runner(Integer.MAX_VALUE).resume(run))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("goes on with its study");
      }
    }
    assertThat(out).isEqualTo(4);
  }

  @Test
  void aTrialThatFailsCostsNoOtherAndIsTriedAgainWhenAsked() throws IOException {
    FakePlugin.fail("rule.create");
    StudyOutcome failed = run("runs", Wishes.NONE);
    assertThat(failed.rows()).extracting(Row::state).containsOnly(State.FAILED);
    assertThat(tested.get()).isZero();
    FakePlugin.fail("");
    assertThat(run("runs", Wishes.NONE).rows()).extracting(Row::state).containsOnly(State.FAILED);
    StudyOutcome retried = run("runs", new Wishes(false, true, List.of()));
    assertThat(table(retried)).isEqualTo(table(run("other", Wishes.NONE)));
    assertThatThrownBy(() -> run("runs", new Wishes(true, false, List.of())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--again");
  }
}
