package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImageOperation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.run.RunEvent;
import org.reprise.engine.config.EvaluateEvery;
import org.reprise.engine.config.Execution;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.CudaGraph;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.counting.SharedCounts;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.DeviceGraphs;
import org.reprise.engine.fake.Descent;
import org.reprise.engine.fake.FakeGraphs;
import org.reprise.engine.fake.FakeMapper;
import org.reprise.engine.fake.FakeNetwork;
import org.reprise.engine.fake.FakePrompt;
import org.reprise.engine.fake.FakeRule;
import org.reprise.engine.fake.FakeSamples;
import org.reprise.engine.fake.KeptState;
import org.reprise.engine.fake.Plan;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.fake.Threads;
import org.reprise.engine.fake.Told;
import org.reprise.engine.workers.Workers;
import org.reprise.testkit.NativeScope;

/** Steps that a device repeats end as those that are taken one by one, to the last bit. */
@ExtendWith(NativeScope.class)
class StepGraphTest {
  private static final int EPOCHS = 3;
  private static final int BATCH = 4;
  private static final int WHOLE = StepGraph.WARM_UPS + GraphChoice.WORTHWHILE + 1;
  private static final CountingPath COUNTING = CountingPath.of(ComputeDevice.resolve("cpu"));

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** Whole batches and one of two samples. */
  private final Greys train = greys(BATCH * WHOLE + 2);

  private final Greys test = greys(9);

  private Greys greys(int samples) {
    return new Greys(
        random.ints(samples, 0, 256).boxed().toList(),
        random.ints(samples, 0, Plan.TARGETS).boxed().toList());
  }

  /** A run; what differs from run to run is set before it trains. */
  private final class Play {
    private final List<Told> told = Collections.synchronizedList(new ArrayList<>());
    private final List<Map<String, Tensor>> saved = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final FakePrompt prompt = new FakePrompt();
    private DeviceGraphs graphs = DeviceGraphs.none("there is no device");
    private CudaGraph wish = CudaGraph.AUTO;
    private Edition edition = Edition.FAST;
    private ScalarType type = ScalarType.Float;
    private Workers workers = Workers.ALONE;
    private UpdateRules.Maker maker = (group, index) -> new Descent(group.tensors(), 0.3);
    private Execution execution = Execution.PLAIN;
    private Augmentation augmentation =
        new Augmentation(
            ImageSize.square(FakeNetwork.SIDE), true, List.of(new ImageOperation.TrivialAugment()));

    GraphChoice train(int from, Map<String, Tensor> state) {
      TrainingOptions options =
          new TrainingOptions(
              edition,
              EPOCHS,
              BATCH,
              true,
              ExtensionBlock.of("test", "descent", Map.of()),
              new ScheduleOptions(ScheduleOptions.Kind.COSINE, List.of(), 0.1), // by step
              TrainingOptions.Selection.LAST,
              Optional.empty(),
              0.1,
              EvaluateEvery.of(1),
              wish);
      Trainer.Setting setting =
          new Trainer.Setting(
              seed,
              ComputeDevice.resolve("cpu"),
              type,
              maker,
              () -> SharedCounts.over(COUNTING.newJointCounts(Plan.TARGETS, Plan.TARGETS), workers),
              workers,
              graphs);
      FakeSamples samples = new FakeSamples(train);
      try (var mapper =
              FakeMapper.counting(
                  SharedCounts.over(COUNTING.newJointCounts(2, Plan.TARGETS), workers),
                  Evidence.EVERY_EPOCH,
                  () -> {});
          Trainer trainer =
              new Trainer(
                  new Model(prompt, new FakeNetwork(false), mapper, Plan.TARGETS, execution),
                  new Trainer.Splits(
                      samples, Optional.of(augmentation), Optional.empty(), new FakeSamples(test)),
                  options,
                  setting,
                  this::on,
                  () -> false)) {
        if (from > 0) {
          trainer.restore(state);
        }
        trainer.train(from);
        return trainer.graph();
      }
    }

    GraphChoice train() {
      return train(0, Map.of());
    }

    private void on(RunEvent event) {
      Told.of(event).ifPresent(told::add);
      if (event instanceof RunEvent.Epoch epoch) {
        saved.add(KeptState.of(epoch));
      } else if (event instanceof RunEvent.Note note) {
        notes.add(note.text());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Float", "Half"})
  void repeatedStepsEndAsSingleOnes(ScalarType type) {
    System.out.println("StepGraphTest: -Dreprise.seed=" + seed);
    for (Edition edition : Edition.values()) {
      Play single = new Play();
      single.type = type;
      single.edition = edition;
      GraphChoice none = single.train();
      assertThat(none).isEqualTo(new GraphChoice(Optional.empty(), "there is no device"));

      FakeGraphs device = new FakeGraphs();
      Play repeated = new Play();
      repeated.type = type;
      repeated.edition = edition;
      repeated.graphs = device.graphs();
      assertThat(repeated.train().used()).isTrue();
      assertThat(repeated.told).isEqualTo(single.told);
      assertThat(repeated.told.get(repeated.told.size() - 1).numbers()).allMatch(Double::isFinite);
      // the first epoch has more single steps; the batch of two is one always
      assertThat(device.replays())
          .containsExactly(
              WHOLE - StepGraph.WARM_UPS,
              WHOLE - StepGraph.WARM_UPS,
              WHOLE - 1,
              WHOLE - 1,
              WHOLE - 1,
              WHOLE - 1);
      assertThat(device.areClosed()).isTrue();
      assertThat(repeated.notes).isEmpty();
    }
  }

  @Test
  void aRunThatGoesOnEndsAsOneThatWasNotInterrupted() {
    Play single = new Play();
    single.train();
    for (int done = 1; done < EPOCHS; done++) {
      Play after = new Play();
      after.graphs = new FakeGraphs().graphs();
      assertThat(after.train(done, single.saved.get(done - 1)).used()).isTrue();
      List<Told> rest =
          single.told.subList(single.told.size() - after.told.size(), single.told.size());
      assertThat(after.told).isNotEmpty().isEqualTo(rest);
    }
  }

  @Test
  void severalWorkersSumWhatEachHasRepeated() throws Exception {
    List<List<Told>> ends = new ArrayList<>();
    for (boolean repeats : new boolean[] {false, true}) {
      Threads.run(
          2,
          workers -> {
            try (PointerScope scope = new PointerScope()) {
              Play play = new Play();
              play.workers = workers;
              FakeGraphs device = new FakeGraphs();
              play.graphs = repeats ? device.graphs() : play.graphs;
              assertThat(play.train().used()).isEqualTo(repeats);
              assertThat(device.replays().stream().mapToInt(Integer::intValue).sum() > 0)
                  .isEqualTo(repeats);
              synchronized (ends) {
                ends.add(List.copyOf(play.told));
              }
            }
          });
    }
    assertThat(ends).hasSize(4);
    assertThat(ends.get(0)).isNotEmpty();
    assertThat(ends.stream().distinct()).hasSize(1);
  }

  @Test
  void whatADeviceRefusesIsToldOnceAndDoneStepByStep() {
    Play single = new Play();
    single.train();
    Play refused = new Play();
    refused.graphs = FakeGraphs.refusing("operation not permitted\nat line 7").graphs();
    refused.train();
    assertThat(refused.told).isEqualTo(single.told);
    assertThat(refused.notes)
        .containsExactly(
            "training.cuda-graph: a step cannot be recorded: operation not permitted; steps are"
                + " taken one by one");

    Play insisting = new Play();
    insisting.graphs = refused.graphs;
    insisting.wish = CudaGraph.ON;
    assertThatThrownBy(insisting::train)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("operation not permitted")
        .hasMessageContaining("auto");
  }

  @Test
  void whoeverCannotBeRecordedIsNamed() {
    assertThat(because(play -> play.execution = Execution.SHARED_BORDER)).contains("border");
    assertThat(
            because(
                play ->
                    play.maker =
                        (group, index) ->
                            new FakeRule(group.tensors().get(0), 1, true, Plan.RuleKind.GRADIENTS)))
        .contains("DeviceRule");
    assertThat(because(play -> play.graphs = DeviceGraphs.none("the run is on the CPU")))
        .isEqualTo("the run is on the CPU");
    Play off = new Play();
    off.graphs = new FakeGraphs().graphs();
    off.wish = CudaGraph.OFF;
    assertThat(off.train()).isEqualTo(new GraphChoice(Optional.empty(), "asked for"));
  }

  private String because(Consumer<Play> change) {
    Play play = new Play();
    play.graphs = new FakeGraphs().graphs();
    change.accept(play);
    GraphChoice choice = play.train();
    assertThat(choice.used()).isFalse();
    Play insisting = new Play();
    insisting.graphs = new FakeGraphs().graphs();
    insisting.wish = CudaGraph.ON;
    change.accept(insisting);
    assertThatThrownBy(insisting::train)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("training.cuda-graph: on was asked for, but " + choice.because());
    return choice.because();
  }
}
