package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.backbone.ForwardOnly;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.training.Closure;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.UpdateRule;
import org.reprise.engine.config.EvaluateEvery;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.Milestone;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.device.ComputeDevice;
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
import org.reprise.engine.fake.Told;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.OracleJointCounts;

/** Runs of a scripted model are told of, and saved, as they are worked out by hand. */
@ExtendWith(NativeScope.class)
class TrainerTest {
  private static final int NEVER = Integer.MAX_VALUE;

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private Greys greys(int samples) {
    return new Greys(
        random.ints(samples, 0, 256).boxed().toList(),
        random.ints(samples, 0, Plan.TARGETS).boxed().toList());
  }

  private Plan plan(
      Edition edition, Optional<Evidence> evidence, int epochs, int batch, int evaluateEvery) {
    System.out.println("TrainerTest: -Dreprise.seed=" + seed);
    return new Plan(
        greys(10),
        random.nextBoolean() ? Optional.of(greys(5)) : Optional.empty(),
        greys(7),
        edition,
        evidence,
        epochs,
        batch,
        random.nextBoolean(),
        evaluateEvery,
        RuleKind.GRADIENTS);
  }

  static Stream<Object[]> table() {
    List<Object[]> rows = new ArrayList<>();
    for (Edition edition : Edition.values()) {
      for (Evidence evidence : Evidence.values()) {
        for (int evaluateEvery : new int[] {1, 2, 3}) {
          for (int batch : new int[] {4, 5, 16}) { // a rest of 2, none, and one batch in all
            rows.add(new Object[] {edition, Optional.of(evidence), 4, batch, evaluateEvery});
          }
        }
      }
      rows.add(new Object[] {edition, Optional.empty(), 3, 4, 2});
      rows.add(new Object[] {edition, Optional.empty(), 0, 4, 2});
      rows.add(new Object[] {edition, Optional.of(Evidence.ONCE), 0, 4, 3});
      rows.add(new Object[] {edition, Optional.of(Evidence.EVERY_EPOCH), 0, 4, 1});
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("table")
  void tellsWhatIsWorkedOutByHand(
      Edition edition, Optional<Evidence> evidence, int epochs, int batch, int evaluateEvery) {
    Plan plan = plan(edition, evidence, epochs, batch, evaluateEvery);
    List<ByHand.Epoch> expected = new ByHand(plan).epochs();
    Play whole = new Play(plan);
    whole.train(NEVER);
    assertTold(whole.told, told(expected, 0));
    FakeRule first = whole.rules.get(0);
    assertClose(first.rates(), all(expected, ByHand.Epoch::rates), 1e-15);
    assertClose(first.gradients(), all(expected, ByHand.Epoch::gradients), 1e-5);
    FakeRule second = whole.rules.get(1);
    assertThat(second.rates()).hasSameSizeAs(first.rates());
    assertThat(second.rates()).allMatch(rate -> rate == Plan.CONSTANT_RATE);
    assertThat(second.gradients()).hasSameSizeAs(first.gradients()).allMatch(g -> g == 0);
    // told of every step, once the parameters had moved, and of nothing else
    assertClose(
        whole.prompt.steppedAt(),
        IntStream.range(0, first.rates().size()).mapToObj(Plan::script).toList(),
        1e-6);
    assertThat(whole.rules).allMatch(rule -> rule.closed() == 1);
    assertThat(whole.prompt.closed()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Edition.class)
  void stoppedAtAnyStepAndGoneOnWithItEndsTheSame(Edition edition) {
    for (Evidence evidence : Evidence.values()) {
      Plan plan = plan(edition, Optional.of(evidence), 3, 4, 2);
      List<ByHand.Epoch> expected = new ByHand(plan).epochs();
      long steps =
          told(expected, 0).stream().filter(told -> !told.text().startsWith("epoch")).count();
      for (int stop = 1; stop <= steps; stop++) {
        Play before = new Play(plan);
        int last = stop;
        assertThatThrownBy(() -> before.train(last)).isInstanceOf(RunStoppedException.class);
        // the step in progress was finished and told of, and no more
        assertThat(before.told.stream().filter(told -> !told.text().startsWith("epoch")))
            .hasSize(stop);
        assertTold(before.told, told(expected, 0).subList(0, before.told.size()));
        assertGoesOn(plan, before, expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Edition.class)
  void aListenerThatThrowsEndsTheRunAndItGoesOnFromThere(Edition edition) {
    Plan plan = plan(edition, Optional.of(Evidence.EVERY_EPOCH), 3, 4, 1);
    List<ByHand.Epoch> expected = new ByHand(plan).epochs();
    for (int epoch = 1; epoch < 3; epoch++) {
      IllegalStateException full = new IllegalStateException("the disk is full");
      Play before = new Play(plan);
      int at = epoch;
      before.alsoTold =
          event -> {
            if (event instanceof RunEvent.Epoch told && told.epoch() == at) {
              throw full;
            }
          };
      assertThatThrownBy(() -> before.train(NEVER)).isSameAs(full);
      assertThat(before.saved).hasSize(epoch);
      assertTold(before.told, told(expected.subList(0, epoch), 0));
      assertGoesOn(plan, before, expected);
    }
  }

  private static void assertGoesOn(Plan plan, Play before, List<ByHand.Epoch> expected) {
    int done = before.saved.size();
    Play after = new Play(plan);
    if (done > 0) {
      after.restore(before.saved.get(done - 1), done);
    }
    after.train(NEVER);
    assertTold(after.told, told(expected, done));
  }

  @ParameterizedTest
  @EnumSource(RuleKind.class)
  void theFirstLossOfAStepIsRecordedAndItsLogitsAreEvidence(RuleKind kind) {
    for (Edition edition : Edition.values()) {
      Plan some = plan(edition, Optional.of(Evidence.EVERY_EPOCH), 3, 4, 1);
      Plan plan =
          new Plan(
              some.train(),
              some.validation(),
              some.test(),
              edition,
              some.evidence(),
              3,
              4,
              true,
              1,
              kind);
      List<ByHand.Epoch> expected = new ByHand(plan).epochs();
      Play play = new Play(plan);
      play.train(NEVER);
      assertTold(play.told, told(expected, 0));
      FakeRule first = play.rules.get(0);
      assertClose(first.gradients(), all(expected, ByHand.Epoch::gradients), 1e-5);
      if (kind == RuleKind.GRADIENTS) {
        assertThat(first.asked()).isEmpty();
      } else {
        assertClose(first.asked(), all(expected, ByHand.Epoch::asked), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(RuleKind.class)
  void everyForwardPassIsCounted(RuleKind kind) {
    for (Edition edition : Edition.values()) {
      Plan some = plan(edition, Optional.of(Evidence.EVERY_EPOCH), 3, 4, 1);
      Plan plan =
          new Plan(
              some.train(),
              some.validation(),
              some.test(),
              edition,
              some.evidence(),
              3,
              4,
              true,
              1,
              kind);
      Play play = new Play(plan);
      List<Integer> passes = new ArrayList<>();
      play.alsoTold =
          event -> {
            if (event instanceof RunEvent.Epoch epoch) {
              passes.add(epoch.forwardPasses());
            }
          };
      play.train(NEVER);
      int batches = 3; // of 10 samples
      int evidence = batches * (edition == Edition.STANDARD ? 3 : 1);
      int backward = kind == RuleKind.WITHOUT_GRADIENTS ? 0 : 3 * batches;
      int asked = play.rules.stream().mapToInt(rule -> rule.asked().size()).sum();
      assertThat(passes).hasSize(3);
      assertThat(passes.stream().mapToInt(Integer::intValue).sum())
          .isEqualTo(evidence + backward + asked);
    }
  }

  /** Says of itself that its input has no gradient. */
  private static final class Quantised extends FakeNetwork implements ForwardOnly {
    Quantised() {
      super(true);
    }

    @Override
    public String reason() {
      return "it is quantised";
    }
  }

  @Test
  void gradientsThroughANetworkWithoutAnyAreRefused() {
    Play play = new Play(plan(Edition.FAST, Optional.empty(), 1, 4, 1));
    play.network = new Quantised();
    assertThatThrownBy(() -> play.train(NEVER))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("it is quantised")
        .hasMessageContaining("losses alone");
    assertThat(play.rules).isNotEmpty().allMatch(rule -> rule.closed() == 1);

    Plan some = plan(Edition.FAST, Optional.empty(), 1, 4, 1);
    Play without =
        new Play(
            new Plan(
                some.train(),
                some.validation(),
                some.test(),
                Edition.FAST,
                some.evidence(),
                1,
                4,
                true,
                1,
                RuleKind.WITHOUT_GRADIENTS));
    without.network = new Quantised();
    without.train(NEVER);
    assertThat(without.told).isNotEmpty();
  }

  @Test
  void aRuleThatNeverAsksForALossIsRefused() {
    Plan plan = plan(Edition.FAST, Optional.empty(), 1, 4, 1);
    Play play = new Play(plan);
    play.maker =
        (group, index) ->
            new FakeRule(group.tensors().get(0), 1, true, RuleKind.GRADIENTS) {
              @Override
              public boolean usesGradients() {
                return false;
              }
            };
    assertThatThrownBy(() -> play.train(NEVER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing can be learned");
  }

  @Test
  void aScaledLossLeavesGradientsAsTheyAre() {
    for (RuleKind kind : RuleKind.values()) {
      Plan some = plan(Edition.FAST, Optional.empty(), 2, 4, 1);
      Plan plan =
          new Plan(
              some.train(),
              some.validation(),
              some.test(),
              Edition.FAST,
              some.evidence(),
              2,
              4,
              false,
              1,
              kind);
      Play play = new Play(plan);
      play.type = ScalarType.Half;
      List<Double> after = new ArrayList<>();
      play.maker =
          (group, index) ->
              new FakeRule(group.tensors().get(0), 1, index == 0, kind) {
                @Override
                public void step(Closure loss, double learningRate) {
                  super.step(loss, learningRate);
                  if (kind == RuleKind.ASKING_AGAIN && index == 0) {
                    after.add(group.tensors().get(0).grad().item_double());
                  }
                }
              };
      play.train(NEVER);
      List<ByHand.Epoch> expected = new ByHand(plan).epochs();
      // the prompt's number is added in float32; only the network is in float16
      assertClose(play.rules(0).gradients(), all(expected, ByHand.Epoch::gradients), 1e-2);
      assertThat(after).hasSize(kind == RuleKind.ASKING_AGAIN ? 6 : 0);
      assertThat(after).allMatch(gradient -> Math.abs(gradient) < 2);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatIsNotFiniteEndsTheRunWhereItIs(float value) {
    // batches of 4, 4 and 2 in each of: evidence, training, validation if any, test
    assertBreaks(value, Purpose.EVIDENCE, 2, "evidence pass of epoch 1, step 2: ");
    assertBreaks(value, Purpose.TRAINING, 6, "epoch 2, step 3: ");
    assertBreaks(value, Purpose.EVALUATION, 2, "evaluation, samples 4 and following: ");
  }

  private void assertBreaks(float value, Purpose purpose, int batch, String place) {
    Plan some = plan(Edition.FAST, Optional.of(Evidence.EVERY_EPOCH), 2, 4, 1);
    Plan plan =
        new Plan(
            some.train(),
            Optional.empty(),
            some.test(),
            Edition.FAST,
            some.evidence(),
            2,
            4,
            false,
            1,
            RuleKind.GRADIENTS);
    Play play = new Play(plan);
    play.network =
        new FakeNetwork(false) {
          @Override
          public Tensor forward(Tensor x) {
            Tensor logits = super.forward(x);
            List<Purpose> purposes = play.prompt.purposes();
            boolean now =
                purposes.get(purposes.size() - 1) == purpose
                    && purposes.stream().filter(purpose::equals).count() == batch;
            // one sample of the batch is enough
            return now
                ? logits.index_fill(0, Tensor.create(new long[] {x.size(0) - 1}), new Scalar(value))
                : logits;
          }
        };
    assertThatThrownBy(() -> play.train(NEVER))
        .isInstanceOf(NonFiniteLogitsException.class)
        .hasMessageStartingWith(place);
  }

  @Test
  void aFreshStateIsThatOfARunThatBegins() {
    Plan plan = plan(Edition.FAST, Optional.empty(), 1, 4, 1);
    Play play = new Play(plan);
    Map<String, Tensor> fresh = Trainer.freshState(play.model(), play.setting());
    assertThat(fresh)
        .containsOnlyKeys(
            "mapper.omega",
            "mapper.next.omega",
            "prompt.program",
            "prompt.moves",
            "optimizer.0.steps",
            "optimizer.1.steps");
    assertThat(Told.values(fresh.get("optimizer.0.steps"))).containsExactly(0);
    assertThat(play.rules).hasSize(2).allMatch(rule -> rule.closed() == 1);
  }

  @Test
  void rulesThatWereMadeAreClosedWhenOneCannotBe() {
    Play play = new Play(plan(Edition.FAST, Optional.empty(), 1, 4, 1));
    IllegalArgumentException wrong = new IllegalArgumentException("no such rule");
    play.maker =
        (group, index) -> {
          if (index == 1) {
            throw wrong;
          }
          return new FakeRule(group.tensors().get(0), 1, true, RuleKind.GRADIENTS);
        };
    assertThatThrownBy(() -> play.train(NEVER)).isSameAs(wrong);
    assertThat(play.rules).hasSize(1);
    assertThat(play.rules(0).closed()).isEqualTo(1);
  }

  @Test
  void everyRuleIsClosedWhateverAnotherThrows() {
    Play play = new Play(plan(Edition.FAST, Optional.empty(), 1, 4, 1));
    IllegalStateException stuck = new IllegalStateException("stuck");
    play.maker =
        (group, index) ->
            new FakeRule(group.tensors().get(0), 1, index == 0, RuleKind.GRADIENTS) {
              @Override
              public void close() {
                super.close();
                if (index == 1) {
                  throw stuck;
                }
              }
            };
    assertThatThrownBy(() -> play.train(NEVER)).isSameAs(stuck);
    assertThat(play.rules).hasSize(2).allMatch(rule -> rule.closed() == 1);
  }

  private static List<Told> told(List<ByHand.Epoch> epochs, int from) {
    return epochs.subList(from, epochs.size()).stream()
        .flatMap(epoch -> epoch.told().stream())
        .toList();
  }

  private static <T> List<T> all(List<ByHand.Epoch> epochs, Function<ByHand.Epoch, List<T>> part) {
    return epochs.stream().flatMap(epoch -> part.apply(epoch).stream()).toList();
  }

  private static void assertTold(List<Told> found, List<Told> expected) {
    assertThat(found.stream().map(Told::text))
        .isEqualTo(expected.stream().map(Told::text).toList());
    for (int i = 0; i < found.size(); i++) {
      assertClose(found.get(i).numbers(), expected.get(i).numbers(), 1e-5);
    }
  }

  private static void assertClose(List<Double> found, List<Double> expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("number %d of %s", i, expected).isFinite();
      assertThat(found.get(i)).isCloseTo(expected.get(i), within(tolerance));
    }
  }

  /** A plan, played by the trainer. */
  private static final class Play {
    private final Plan plan;
    private final FakePrompt prompt = new FakePrompt();
    private final LabelMapper mapper;
    private final List<FakeRule> rules = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private final List<Map<String, Tensor>> saved = new ArrayList<>();
    private FakeNetwork network;
    private UpdateRules.Maker maker;
    private ScalarType type = ScalarType.Float;
    private RunListener alsoTold = event -> {};
    private Map<String, Tensor> from = Map.of();
    private int done;

    Play(Plan plan) {
      this.plan = plan;
      this.network = new FakeNetwork(plan.rule() == RuleKind.WITHOUT_GRADIENTS);
      this.mapper =
          plan.evidence().isPresent()
              ? FakeMapper.counting(
                  new OracleJointCounts(2, Plan.TARGETS), plan.evidence().get(), () -> {})
              : new FakeMapper();
      this.maker =
          (group, index) ->
              new FakeRule(
                  group.tensors().get(0), rate(group), group.rule().isEmpty(), plan.rule());
    }

    private static double rate(ParameterGroup group) {
      return group.rule().map(rule -> (Double) rule.options().get("lr")).orElse(Plan.RATE);
    }

    FakeRule rules(int index) {
      return rules.get(index);
    }

    void restore(Map<String, Tensor> state, int epochs) {
      from = state;
      done = epochs;
    }

    Model model() {
      return new Model(prompt, network, mapper, Plan.TARGETS);
    }

    Trainer.Setting setting() {
      return new Trainer.Setting(
          Plan.SEED,
          ComputeDevice.resolve("cpu"),
          type,
          this::make,
          () -> new OracleJointCounts(Plan.TARGETS, Plan.TARGETS));
    }

    private UpdateRule make(ParameterGroup group, int index) {
      FakeRule rule = (FakeRule) maker.make(group, index);
      rules.add(rule);
      return rule;
    }

    void train(int stopAtStep) {
      TrainingOptions options =
          new TrainingOptions(
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
      Trainer.Splits splits =
          new Trainer.Splits(
              new FakeSamples(plan.train()),
              Optional.empty(),
              plan.validation().map(FakeSamples::new),
              new FakeSamples(plan.test()));
      int[] steps = new int[1];
      Supplier<Boolean> stop = () -> ++steps[0] >= stopAtStep;
      try (Trainer trainer =
          new Trainer(model(), splits, options, setting(), this::on, stop::get)) {
        if (done > 0) {
          trainer.restore(from);
        }
        trainer.train(done);
      }
    }

    private void on(RunEvent event) {
      Told.of(event).ifPresent(told::add);
      if (event instanceof RunEvent.Epoch epoch) {
        saved.add(KeptState.of(epoch));
      }
      alsoTold.on(event);
    }
  }
}
