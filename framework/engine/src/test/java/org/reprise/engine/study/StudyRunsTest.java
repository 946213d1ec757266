package org.reprise.engine.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import org.reprise.engine.fake.FakePlugin;
import org.reprise.engine.fake.Plan;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.listing.RunIndex;
import org.reprise.engine.listing.RunLine;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.RunLock;
import org.reprise.engine.results.RunState;
import org.reprise.engine.study.StudyOutcome.Row;
import org.reprise.engine.study.StudyOutcome.State;
import org.reprise.engine.study.StudyRunner.Wishes;
import org.reprise.engine.training.RunStoppedException;
import org.reprise.testkit.NativeScope;

/** Studies of scripted fakes: killed, failing, shared with other processes. */
@ExtendWith(NativeScope.class)
class StudyRunsTest {
  private static final int KILLS = 20;
  private static final String STUDY =
      FakePlugin.EXPERIMENT.replace("seed: 3\n", "")
          + "sweep: {seed: [3, 4], training.batch-size: [3, 4]}\n";
  private static final List<String> LABELS =
      List.of(
          "counting-seed3-batch-size3",
          "counting-seed3-batch-size4",
          "counting-seed4-batch-size3",
          "counting-seed4-batch-size4");

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);
  @TempDir private Path folder;
  private PluginHost host;

  @BeforeEach
  void load() throws IOException {
    System.out.println("StudyRunsTest: -Dreprise.seed=" + seed);
    host = FakePlugin.load(folder);
    FakePlugin.hold(Map.of(Split.TRAIN, greys(10), Split.TEST, greys(7)));
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
        folder.resolve("study.yaml"), List.of("output=" + folder.resolve(output)), host);
  }

  private StudyOutcome run(String output, Wishes wishes) throws IOException {
    return run(output, wishes, Integer.MAX_VALUE);
  }

  private StudyOutcome run(String output, Wishes wishes, int steps) throws IOException {
    AtomicInteger taken = new AtomicInteger();
    StudyRunner runner =
        new StudyRunner(
            host,
            event -> {
              if (event instanceof RunEvent.Step) {
                taken.incrementAndGet();
              }
            },
            () -> taken.get() >= steps,
            Invocation.of(List.of("run")));
    return runner.run(study(output), wishes);
  }

  @Test
  void aStudyThatIsKilledAgainAndAgainGivesTheSameTable() throws IOException {
    StudyOutcome undisturbed = run("undisturbed", Wishes.NONE);
    assertThat(undisturbed.rows()).extracting(Row::label).isEqualTo(LABELS);
    assertThat(undisturbed.hasFailures()).isFalse();
    int kills = 0;
    StudyOutcome outcome = null;
    while (outcome == null) {
      try {
        int steps = kills < KILLS ? 1 + random.nextInt(12) : Integer.MAX_VALUE;
        outcome = run("killed", Wishes.NONE, steps);
      } catch (RunStoppedException e) {
        kills++;
      }
    }
    System.out.println("StudyRunsTest: killed " + kills + " times");
    assertThat(kills).isPositive();
    assertThat(table(outcome)).isEqualTo(table(undisturbed));
    assertThat(FakePlugin.open().values()).allMatch(count -> count == 0);

    // all is known without opening anything, also under other names
    Path yaml = folder.resolve("study.yaml");
    Files.writeString(yaml, STUDY.replace("seed: [3, 4]", "seed: [4]"));
    FakePlugin.fail("backbone.create");
    StudyOutcome again = run("killed", Wishes.NONE);
    assertThat(again.runs()).extracting(RunSummary::folder).hasSize(2);
    assertThat(again.runs().get(0).folder()).isEqualTo(outcome.runs().get(2).folder());
  }

  /** Returns ids and metrics by label, without times. */
  private static Map<String, List<String>> table(StudyOutcome outcome) throws IOException {
    Map<String, List<String>> table = new LinkedHashMap<>();
    ObjectMapper json = new ObjectMapper();
    for (RunSummary run : outcome.runs()) {
      List<String> lines = new ArrayList<>(List.of(run.folder().getFileName().toString()));
      for (String line : Files.readAllLines(run.folder().resolve("metrics.jsonl"))) {
        ObjectNode node = (ObjectNode) json.readTree(line);
        node.remove(List.of("seconds", "phase_seconds", "time", "peak_memory_bytes"));
        lines.add(node.toString());
      }
      table.put(run.label(), lines);
    }
    return table;
  }

  @Test
  void aRunThatFailsIsOneRowAndIsTriedAgainWhenAsked() throws IOException {
    FakePlugin.fail("rule.create");
    StudyOutcome failed = run("runs", Wishes.NONE);
    assertThat(failed.rows()).extracting(Row::state).containsOnly(State.FAILED);
    assertThat(failed.rows()).extracting(Row::reason).containsOnly("rule.create fails");
    assertThat(failed.hasFailures()).isTrue();

    FakePlugin.fail("");
    Wishes first = new Wishes(false, true, List.of(1));
    assertThat(run("runs", first).rows()).extracting(Row::state).containsExactly(State.COMPLETE);
    assertThat(run("runs", Wishes.NONE).rows())
        .extracting(Row::state)
        .containsExactly(State.FAILED, State.COMPLETE, State.FAILED, State.FAILED);
    List<RunLine> lines = RunIndex.of(study("runs").folder()).runs();
    assertThat(lines.stream().filter(line -> line.state() == RunState.FAILED)).hasSize(3);

    Wishes retry = new Wishes(false, true, List.of());
    assertThat(run("runs", retry).hasFailures()).isFalse();
    Files.delete(study("runs").folder().resolve("index.jsonl"));
    lines = RunIndex.of(study("runs").folder()).runs();
    assertThat(lines).extracting(RunLine::state).containsOnly(RunState.COMPLETE);
    assertThat(lines).extracting(RunLine::label).isEqualTo(LABELS);
    assertThat(RunIndex.of(study("runs").folder()).runs()).isEqualTo(lines);
  }

  @Test
  void whatAnotherProcessWorksOnIsLeftToIt() throws IOException {
    assertThatThrownBy(() -> run("runs", Wishes.NONE, 2)).isInstanceOf(RunStoppedException.class);
    Path begun =
        RunPlaces.find(
                study("runs").folder(),
                LABELS.get(0),
                new RunMemory(CacheFolder.resolve())
                    .recall(study("runs").runs().get(0).plan())
                    .orElseThrow())
            .orElseThrow();
    try (RunLock lock = RunLock.take(begun)) {
      assertThat(run("runs", Wishes.NONE).rows())
          .extracting(Row::state)
          .containsExactly(State.TAKEN, State.COMPLETE, State.COMPLETE, State.COMPLETE);
    }
    assertThat(run("runs", Wishes.NONE).rows()).extracting(Row::state).containsOnly(State.COMPLETE);
  }

  @Test
  void aRunIsNamedByItsPlaceOrItsLabel() {
    StudyPlan study = study("runs");
    assertThat(study.find("2")).containsExactly(2);
    assertThat(study.find(LABELS.get(3))).containsExactly(3);
    assertThatThrownBy(() -> study.find("4")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> study.find("counting-seed3-batch-size5"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has 4 runs, counted from 0");
  }

  @Test
  void aStudyIsReadFromItsFolderAsItWasCalledFor() throws IOException {
    StudyPlan study = study("runs");
    study.write();
    StudyPlan read = StudyPlan.in(study.folder(), host);
    assertThat(read.runs())
        .extracting(PlannedRun::label, PlannedRun::axes, run -> run.plan().toMap())
        .isEqualTo(
            study.runs().stream()
                .map(run -> tuple(run.label(), run.axes(), run.plan().toMap()))
                .toList());
    assertThat(StudyPlan.labels(study.folder())).isEqualTo(LABELS);
  }
}
