package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.WholeBatch;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.RunEvent;
import org.reprise.api.training.Closure;
import org.reprise.engine.config.EvaluateEvery;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.Milestone;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.counting.SharedCounts;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.DeviceGraphs;
import org.reprise.engine.fake.ByHand;
import org.reprise.engine.fake.FakeMapper;
import org.reprise.engine.fake.FakeNetwork;
import org.reprise.engine.fake.FakePrompt;
import org.reprise.engine.fake.FakeRule;
import org.reprise.engine.fake.FakeSamples;
import org.reprise.engine.fake.KeptState;
import org.reprise.engine.fake.Plan;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.fake.Plan.RuleKind;
import org.reprise.engine.fake.Threads;
import org.reprise.engine.fake.Told;
import org.reprise.engine.workers.Workers;
import org.reprise.testkit.NativeScope;

/** Several workers end where one does. */
@ExtendWith(NativeScope.class)
class WorkersTest {
  private static final CountingPath COUNTING = CountingPath.of(ComputeDevice.resolve("cpu"));

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private Greys greys(int samples) {
    return new Greys(
        random.ints(samples, 0, 256).boxed().toList(),
        random.ints(samples, 0, Plan.TARGETS).boxed().toList());
  }

  /** 13 samples in batches of 4: the last one has fewer samples than there are workers. */
  private Plan plan(Edition edition, RuleKind kind) {
    System.out.println("WorkersTest: -Dreprise.seed=" + seed);
    return new Plan(
        greys(13),
        Optional.of(greys(5)),
        greys(9),
        edition,
        Optional.of(Evidence.EVERY_EPOCH),
        3,
        4,
        true,
        1,
        kind);
  }

  @ParameterizedTest
  @EnumSource(RuleKind.class)
  void endWhereOneEnds(RuleKind kind) throws Exception {
    for (Edition edition : Edition.values()) {
      Plan plan = plan(edition, kind);
      Play one = new Play(plan);
      one.train(Workers.ALONE, () -> false);
      assertThat(one.epochs).hasSize(3);
      for (int size : new int[] {2, 3, 4}) {
        List<Play> plays = Collections.synchronizedList(new ArrayList<>());
        Threads.run(
            size,
            workers -> {
              Play play = new Play(plan);
              plays.add(play);
              play.train(workers, () -> false);
            });
        for (Play play : plays) {
          assertSame(play, one);
        }
      }
    }
  }

  private static void assertSame(Play play, Play one) {
    List<ByHand.Epoch> expected = new ByHand(one.plan).epochs();
    assertThat(play.epochs.stream().map(Told::text).toList())
        .isEqualTo(one.epochs.stream().map(Told::text).toList());
    for (int i = 0; i < play.epochs.size(); i++) {
      assertClose(play.epochs.get(i).numbers(), one.epochs.get(i).numbers());
      // the script moves the prompt, so that logits are those of one worker: the mapping is, too
      for (String name : List.of("mapper.omega", "mapper.next.omega", "prompt.program")) {
        assertThat(Told.values(play.saved.get(i).get(name)))
            .as(name)
            .containsExactly(Told.values(one.saved.get(i).get(name)));
      }
    }
    assertClose(play.rule.gradients(), one.rule.gradients());
    assertClose(
        play.rule.gradients(),
        expected.stream().flatMap(epoch -> epoch.gradients().stream()).toList());
    assertClose(play.rule.asked(), one.rule.asked());
    assertThat(play.samplesAsked).isEqualTo(one.samplesAsked);
  }

  private static void assertClose(List<Double> found, List<Double> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("number %d", i).isFinite();
      assertThat(found.get(i)).isCloseTo(expected.get(i), within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 9})
  void oneThatIsAskedToStopStopsAll(int at) throws Exception {
    Plan plan = plan(Edition.STANDARD, RuleKind.GRADIENTS);
    AtomicInteger stopped = new AtomicInteger();
    List<Integer> steps = Collections.synchronizedList(new ArrayList<>());
    Threads.run(
        3,
        workers -> {
          Play play = new Play(plan);
          AtomicInteger asked = new AtomicInteger();
          try {
            play.train(workers, () -> asked.incrementAndGet() == at && workers.rank() == 1);
          } catch (RunStoppedException e) {
            stopped.incrementAndGet();
            steps.add(play.rule.rates().size());
          }
        });
    assertThat(stopped).hasValue(3);
    assertThat(steps).hasSize(3);
    assertThat(steps.stream().distinct()).hasSize(1);
  }

  @Test
  void fullCellsAreAddedExactlyAndTooFullOnesAreAnError() throws Exception {
    float half = (1 << 26) - 4; // less than half of what a cell holds, and exact
    Threads.run(
        2,
        workers -> {
          try (PointerScope scope = new PointerScope();
              var counts = SharedCounts.over(COUNTING.newJointCounts(2, 3), workers)) {
            Tensor ids = Tensor.create(new long[] {1}).reshape(1, 1);
            Tensor label = Tensor.create(new long[] {2});
            counts.add(ids, torch.full(new long[] {1, 1}, new Scalar(half)), label);
            double[] found = Told.values(counts.counts());
            assertThat(found).containsExactly(0, 0, 0, 0, 0, 2.0 * half);
            assertThat(counts.samples()).isEqualTo(2);
            counts.add(ids, torch.full(new long[] {1, 1}, new Scalar(half)), label);
            assertThatThrownBy(counts::counts)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("overflow");
          }
        });
  }

  @Test
  void oneWithoutABatchCountsAsTheOthersDo() throws Exception {
    Threads.run(
        2,
        workers -> {
          try (PointerScope scope = new PointerScope();
              var counts = SharedCounts.over(COUNTING.newJointCounts(3, 2), workers)) {
            if (workers.rank() == 0) {
              counts.addTopK(
                  Tensor.create(new float[] {1, 3, 2}).reshape(1, 3),
                  Tensor.create(new long[] {1}),
                  1);
            }
            Tensor found = counts.counts();
            assertThat(found.scalar_type().intern()).isEqualTo(ScalarType.Double);
            assertThat(Told.values(found)[3]).isCloseTo(0.665, within(0.001));
            assertThat(counts.samples()).isEqualTo(1);
          }
        });
  }

  /** Goes by the batch that it sees. */
  private static final class Batchwise extends FakePrompt implements WholeBatch {
    @Override
    public String reason() {
      return "it goes by the batch";
    }
  }

  @Test
  void whatNeedsTheWholeBatchIsRefused() {
    assertThatThrownBy(
            () ->
                Threads.run(
                    2,
                    workers ->
                        new Play(plan(Edition.FAST, RuleKind.GRADIENTS), new Batchwise())
                            .train(workers, () -> false)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("it goes by the batch")
        .hasMessageContaining("one worker");
  }

  @Test
  void moreWorkersThanSamplesOfABatchAreRefused() {
    assertThatThrownBy(
            () ->
                Threads.run(
                    5,
                    workers ->
                        new Play(plan(Edition.FAST, RuleKind.GRADIENTS))
                            .train(workers, () -> false)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("training.batch-size: 4")
        .hasMessageContaining("5 workers");
  }

  /** Keeps something of the images that it sees, and does not say so. */
  private static final class Wayward extends FakePrompt {
    @Override
    public NetworkInput forward(Tensor images, Purpose purpose) {
      if (purpose == Purpose.TRAINING) {
        try (PointerScope scope = new PointerScope()) {
          state().get("moves").detach().copy_(images.mean().detach().reshape(1));
        }
      }
      return super.forward(images, purpose);
    }
  }

  @Test
  void statesThatComeToDifferEndTheRun() {
    assertThatThrownBy(
            () ->
                Threads.run(
                    2,
                    workers ->
                        new Play(plan(Edition.FAST, RuleKind.GRADIENTS), new Wayward())
                            .train(workers, () -> false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after epoch 1")
        .hasMessageContaining("prompt.moves");
  }

  /** A plan, played by one worker. */
  private static final class Play {
    private final Plan plan;
    private final FakePrompt prompt;
    private final List<Told> epochs = new ArrayList<>();
    private final List<Map<String, Tensor>> saved = new ArrayList<>();
    private final List<Integer> samplesAsked = new ArrayList<>();
    private FakeRule rule;

    Play(Plan plan) {
      this(plan, new FakePrompt());
    }

    Play(Plan plan, FakePrompt prompt) {
      this.plan = plan;
      this.prompt = prompt;
    }

    void train(Workers workers, BooleanSupplier stop) {
      LabelMapper mapper =
          FakeMapper.counting(
              SharedCounts.over(COUNTING.newJointCounts(2, Plan.TARGETS), workers),
              plan.evidence().orElseThrow(),
              () -> {});
      Trainer.Setting setting =
          new Trainer.Setting(
              Plan.SEED,
              ComputeDevice.resolve("cpu"),
              ScalarType.Float,
              (group, index) -> {
                boolean first = group.rule().isEmpty();
                FakeRule made =
                    new FakeRule(group.tensors().get(0), Plan.RATE, first, plan.rule()) {
                      @Override
                      public void step(Closure loss, double learningRate) {
                        samplesAsked.add(loss.samples());
                        super.step(loss, learningRate);
                      }
                    };
                rule = first ? made : rule;
                return made;
              },
              () -> SharedCounts.over(COUNTING.newJointCounts(Plan.TARGETS, Plan.TARGETS), workers),
              workers,
              DeviceGraphs.none("none here"));
      Trainer.Splits splits =
          new Trainer.Splits(
              new FakeSamples(plan.train()),
              Optional.empty(),
              plan.validation().map(FakeSamples::new),
              new FakeSamples(plan.test()));
      FakeNetwork network = new FakeNetwork(plan.rule() == RuleKind.WITHOUT_GRADIENTS);
      try (PointerScope scope = new PointerScope();
          Trainer trainer =
              new Trainer(
                  new Model(prompt, network, mapper, Plan.TARGETS),
                  splits,
                  options(),
                  setting,
                  this::on,
                  stop)) {
        trainer.train(0);
      }
    }

    private void on(RunEvent event) {
      if (event instanceof RunEvent.Epoch epoch) {
        epochs.add(Told.of(event).orElseThrow());
        saved.add(KeptState.of(epoch));
      }
    }

    private TrainingOptions options() {
      return new TrainingOptions(
          plan.edition(),
          plan.epochs(),
          plan.batchSize(),
          plan.shuffle(),
          ExtensionBlock.of("test", "scripted", Map.of()),
          new ScheduleOptions(
              ScheduleOptions.Kind.MULTI_STEP,
              Plan.DROPS.stream().map(drop -> new Milestone(drop.toString())).toList(),
              0.5),
          TrainingOptions.Selection.LAST,
          Optional.empty(),
          0,
          EvaluateEvery.of(plan.evaluateEvery()));
    }
  }
}
