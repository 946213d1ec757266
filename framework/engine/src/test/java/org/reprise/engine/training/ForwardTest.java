package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.Stateful;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Head;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.RunEvent;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.RuleSpec;
import org.reprise.engine.config.EvaluateEvery;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.fake.Descent;
import org.reprise.engine.fake.KeptState;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.Placement;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.engine.store.SampleSource;
import org.reprise.engine.store.SampleStore;
import org.reprise.engine.store.Samples;
import org.reprise.testkit.FakeDataset;
import org.reprise.testkit.OracleJointCounts;

/** A mapping multiplied into a network's last product trains as one behind it. */
final class ForwardTest {
  private static final int SOURCES = 40;
  private static final int TARGETS = 5;
  private static final int SIDE = 6;
  private static final int FEATURES = 16;

  private PointerScope scope;
  private Tensor first;
  private Tensor last;
  private SampleStore samples;
  private ScalarType type = ScalarType.Float;

  @BeforeEach
  void open() throws IOException {
    Loader.load(torch.class);
    scope = new PointerScope();
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("ForwardTest: -Dreprise.seed=" + seed);
    torch.manual_seed(seed);
    first = torch.randn(3L * SIDE * SIDE, FEATURES).mul(new Scalar(0.3));
    last = torch.randn(FEATURES, SOURCES);
    samples = samples(new Random(seed));
  }

  @AfterEach
  void close() {
    samples.close();
    scope.close();
  }

  private static SampleStore samples(Random random) throws IOException {
    int[] labels = random.ints(70, 0, TARGETS).toArray();
    SampleSource source =
        new SampleSource(
            FakeDataset.random(random, TARGETS, labels),
            Split.TRAIN,
            () -> IntStream.range(0, labels.length).toArray(),
            ImagePreparation.stretched(ImageSize.square(SIDE)),
            OnCorrupt.ERROR,
            LoadProgress.NONE);
    try (Device cpu = new Device("cpu")) {
      return SampleStore.load(source, Placement.on(cpu));
    }
  }

  @ParameterizedTest
  @EnumSource(Edition.class)
  void aCountedMappingLearnsTheSame(Edition edition) {
    assertSame(
        train(new Plain(), Counted::new, edition, 4, Map.of(), 0),
        train(new Linear(), Counted::new, edition, 4, Map.of(), 0));
  }

  @ParameterizedTest
  @EnumSource(Edition.class)
  void aTrainedMappingLearnsTheSame(Edition edition) {
    assertSame(
        train(new Plain(), Learned::new, edition, 4, Map.of(), 0),
        train(new Linear(), Learned::new, edition, 4, Map.of(), 0));
  }

  @Test
  void logitsAreNeverFormedInAFoldedStep() {
    Linear backbone = new Linear();
    Counted mapper = new Counted();
    train(backbone, () -> mapper, Edition.FAST, 2, Map.of(), 0);
    assertThat(backbone.forwards).isZero();
    assertThat(mapper.mapped).isEmpty();
    // at each epoch: multiplied with the weight, [D,KS], to train and to evaluate, and shown
    assertThat(mapper.matrices).isEqualTo(6);
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Float", "BFloat16", "Half"})
  void resumedItEndsWithTheSameBits(ScalarType inTraining) {
    type = inTraining;
    List<Map<String, Tensor>> states = new ArrayList<>();
    train(new Linear(), Counted::new, Edition.FAST, 4, Map.of(), 0, states);
    List<Map<String, Tensor>> resumed = new ArrayList<>();
    train(new Linear(), Counted::new, Edition.FAST, 4, states.get(1), 2, resumed);
    assertThat(resumed).hasSize(2);
    assertThat(resumed.get(1).containsKey("loss-scale.scale")).isEqualTo(type == ScalarType.Half);
    resumed.get(1).forEach((name, tensor) -> assertEqual(name, tensor, states.get(3).get(name)));
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"BFloat16", "Half"})
  void reducedPrecisionLearnsNearlyTheSame(ScalarType inTraining) {
    List<Epoch> full = train(new Plain(), Counted::new, Edition.FAST, 4, Map.of(), 0);
    type = inTraining;
    List<Epoch> reduced = train(new Plain(), Counted::new, Edition.FAST, 4, Map.of(), 0);
    assertThat(loss(reduced, 1)).isNotEqualTo(loss(full, 1));
    for (int i = 0; i < full.size(); i++) {
      // bfloat16 has 8 bits, and a prediction that changes with them changes the mapping
      assertThat(loss(reduced, i)).isCloseTo(loss(full, i), within(0.1 * loss(full, i)));
    }
  }

  @Test
  void noEpochsIsAnEvaluation() {
    List<Epoch> results = train(new Linear(), Counted::new, Edition.FAST, 0, Map.of(), 0);
    assertThat(results).hasSize(1);
    assertThat(results.get(0).epoch()).isZero();
    assertThat(results.get(0).trainLoss()).isEmpty();
    assertThat(results.get(0).trainAccuracy()).isEmpty();
    assertThat(results.get(0).test()).isPresent();
  }

  @Test
  void nothingToTrainIsRefusedUnlessThereAreNoEpochs() {
    Model model = new Model(new Nothing(), new Linear(), new Counted(), TARGETS);
    assertThatThrownBy(() -> trainer(model, Edition.FAST, 1, new ArrayList<>(), new ArrayList<>()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("training.epochs: 0");
    trainer(model, Edition.FAST, 0, new ArrayList<>(), new ArrayList<>()).close();
  }

  @Test
  void aHeadThatDoesNotFitIsRefused() {
    assertRefused(
        new Linear() {
          @Override
          public Tensor weight() {
            return last.narrow(1, 0, SOURCES - 1);
          }
        },
        ".weight() returned Float [16, 39], expected Float [16, 40]");
    assertRefused(
        new Linear() {
          @Override
          public Tensor features(Tensor x) {
            return super.features(x).narrow(1, 0, 3);
          }
        },
        ".features() returned Float [16, 3], expected Float, Half or BFloat16 [16, 16]");
    assertRefused(
        new Linear() {
          @Override
          public Tensor features(Tensor x) {
            return super.features(x).detach();
          }
        },
        ".features() cut its result from the graph");
  }

  @Test
  void biasesOfNetworkAndMappingAreFoldedToo() {
    Tensor bias = torch.randn(SOURCES);
    Tensor added = torch.randn(TARGETS);
    Linear plainHead = new Linear();
    Linear biased =
        new Linear() {
          @Override
          public Optional<Tensor> bias() {
            return Optional.of(bias);
          }
        };
    for (Linear head : List.of(plainHead, biased)) {
      for (boolean mappingAdds : new boolean[] {false, true}) {
        Counted mapper =
            new Counted() {
              @Override
              public Tensor map(Tensor logits) {
                Tensor product = super.map(logits);
                return mappingAdds ? product.add(added) : product;
              }

              @Override
              public Optional<Tensor> bias() {
                return mappingAdds ? Optional.of(added) : Optional.empty();
              }
            };
        mapper.omega = torch.randn(SOURCES, TARGETS);
        Tensor images = torch.randn(9, 3, SIDE, SIDE);
        Tensor logits = head.features(images).matmul(last);
        Tensor source = head == biased ? logits.add(bias) : logits;
        Tensor expected = mapper.map(source);
        mapper.mapped.clear();
        Model model = new Model(new Nothing(), head, mapper, TARGETS);
        for (Forward.Fixed fixed : Forward.Fixed.values()) {
          try (Forward forward = new Forward(model, fixed)) {
            Tensor output = forward.network(new NetworkInput.Whole(images));
            assertClose("target", forward.target(output), expected, 1e-4, 1e-4);
            assertClose("source", forward.source(output), source, 1e-4, 1e-4);
          }
        }
        assertThat(mapper.mapped).isEmpty();
      }
    }
  }

  @Test
  void aMappingThatIsBeingTrainedIsNotFolded() {
    Learned mapper = new Learned();
    Tensor images = torch.randn(9, 3, SIDE, SIDE);
    Model model = new Model(new Nothing(), new Linear(), mapper, TARGETS);
    for (Forward.Fixed fixed : Forward.Fixed.values()) {
      try (Forward forward = new Forward(model, fixed)) {
        Tensor output = forward.network(new NetworkInput.Whole(images));
        Tensor before = forward.target(output).detach();
        assertThat(forward.target(output).requires_grad())
            .isEqualTo(fixed == Forward.Fixed.NOTHING);
        try (NoGrad noGrad = new NoGrad()) {
          mapper.omega.mul_(new Scalar(3.0));
        }
        // what is fixed for a pass is multiplied ahead and stays; what learns is followed
        double factor = fixed == Forward.Fixed.ALL ? 1 : 3;
        assertClose("moved", forward.target(output), before.mul(new Scalar(factor)), 1e-5, 1e-5);
      }
    }
  }

  @Test
  void viewsAreJoinedViewByView() {
    int views = 3;
    int samples = 4;
    Nothing prompt =
        new Nothing() {
          @Override
          public int views() {
            return views;
          }
        };
    Tensor images = torch.randn(views * ((long) samples), 3, SIDE, SIDE);
    for (Backbone backbone : List.of(new Plain(), new Linear())) {
      List<Tensor> seen = new ArrayList<>();
      Counted mapper =
          new Counted() {
            @Override
            public void observe(Tensor logits, Tensor labels) {
              seen.add(logits);
            }
          };
      mapper.omega = torch.randn(views * ((long) SOURCES), TARGETS);
      Tensor each = images.flatten(1, -1).matmul(first).tanh().matmul(last);
      Tensor expected = torch.empty(samples, views * ((long) SOURCES));
      for (int sample = 0; sample < samples; sample++) {
        for (int view = 0; view < views; view++) {
          expected
              .select(0, sample)
              .narrow(0, (long) view * SOURCES, SOURCES)
              .copy_(each.select(0, (long) view * samples + sample));
        }
      }
      Model model = new Model(prompt, backbone, mapper, TARGETS);
      try (Forward forward = new Forward(model, Forward.Fixed.ALL)) {
        Tensor output = forward.network(new NetworkInput.Whole(images));
        assertClose("source", forward.source(output), expected, 1e-5, 1e-5);
        assertClose("target", forward.target(output), expected.matmul(mapper.omega), 1e-4, 1e-4);
        forward.observe(mapper, output, torch.zeros(samples).to(ScalarType.Long));
      }
      assertThat(seen).hasSize(1);
      assertClose("evidence", seen.get(0), expected, 1e-5, 1e-5);
    }
  }

  @Test
  void aFramedInputIsItsPixels() {
    Tensor frame = torch.randn(1, 3, SIDE, SIDE);
    Tensor window = torch.randn(5, 3, 2, 3);
    NetworkInput framed = new NetworkInput.Framed(frame, window, 3, 1);
    Tensor whole = frame.expand(5, 3, SIDE, SIDE).clone();
    whole.narrow(2, 3, 2).narrow(3, 1, 3).copy_(window);
    assertEqual("pixels", framed.whole().contiguous(), whole);
    Counted mapper = new Counted();
    mapper.omega = torch.randn(SOURCES, TARGETS);
    for (Backbone backbone : List.of(new Plain(), new Linear())) {
      Model model = new Model(new Nothing(), backbone, mapper, TARGETS);
      try (Forward forward = new Forward(model, Forward.Fixed.ALL)) {
        assertClose(
            "target",
            forward.target(forward.network(framed)),
            forward.target(forward.network(new NetworkInput.Whole(whole))),
            1e-5,
            1e-5);
      }
    }
  }

  private void assertRefused(Linear backbone, String message) {
    assertThatThrownBy(() -> train(backbone, Counted::new, Edition.STANDARD, 1, Map.of(), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message);
  }

  /** What is kept of an epoch's event, whose tensors die with it. */
  private record Epoch(
      int epoch, OptionalDouble trainLoss, OptionalDouble trainAccuracy, Optional<Double> test) {
    static Epoch of(RunEvent.Epoch event) {
      return new Epoch(
          event.epoch(),
          event.trainLoss(),
          event.trainAccuracy(),
          event.test().map(evaluation -> evaluation.accuracy()));
    }
  }

  private static double loss(List<Epoch> epochs, int index) {
    return epochs.get(index).trainLoss().orElseThrow();
  }

  private static void assertSame(List<Epoch> plain, List<Epoch> linear) {
    assertThat(linear).hasSameSizeAs(plain).isNotEmpty();
    // the prompt has moved, so more than the start is compared
    assertThat(loss(plain, 1)).isNotEqualTo(loss(plain, 0));
    for (int i = 0; i < plain.size(); i++) {
      assertThat(loss(linear, i)).isCloseTo(loss(plain, i), within(1e-5 * loss(plain, i)));
      assertThat(linear.get(i).test().orElseThrow())
          .isCloseTo(plain.get(i).test().orElseThrow(), within(1.5 / 70));
    }
  }

  private List<Epoch> train(
      Backbone backbone,
      Supplier<LabelMapper> mapper,
      Edition edition,
      int epochs,
      Map<String, Tensor> from,
      int done) {
    return train(backbone, mapper, edition, epochs, from, done, new ArrayList<>());
  }

  private List<Epoch> train(
      Backbone backbone,
      Supplier<LabelMapper> mapper,
      Edition edition,
      int epochs,
      Map<String, Tensor> from,
      int done,
      List<Map<String, Tensor>> states) {
    List<Epoch> results = new ArrayList<>();
    Model model = new Model(new Added(), backbone, mapper.get(), TARGETS);
    try (Trainer trainer = trainer(model, edition, epochs, results, states)) {
      if (done > 0) {
        trainer.restore(from);
      }
      trainer.train(done);
    }
    return results;
  }

  @Test
  void labelsAreSmoothedInTrainingOnly() {
    Samples few = samples.subset(new int[] {3, 1, 4, 15, 9, 2, 6}); // one step
    double share = 0.3;
    Learned mapper = new Learned();
    mapper.omega.detach().copy_(torch.randn(SOURCES, TARGETS));
    Batch batch = few.batch(new int[] {0, 1, 2, 3, 4, 5, 6});
    Tensor logs = mapper.map(new Plain().forward(batch.images())).log_softmax(1);
    double plain = -logs.gather(1, batch.labels().unsqueeze(1)).mean().item_double();
    double spread = -logs.mean().item_double();
    List<Epoch> results = new ArrayList<>();
    Model model = new Model(new Nothing(), new Plain(), mapper, TARGETS);
    try (Trainer trainer =
        trainer(model, Edition.FAST, 1, few, share, results, new ArrayList<>())) {
      trainer.train(0);
    }
    assertThat(loss(results, 0))
        .isCloseTo((1 - share) * plain + share * spread, within(1e-5 * plain));
  }

  /** Where nothing before the mapping changes, each sample goes through the network once. */
  @Test
  void outputsThatStayTheSameAreKeptOverEpochs() {
    Plain network = new Plain();
    List<Epoch> kept = new ArrayList<>();
    List<Map<String, Tensor>> states = new ArrayList<>();
    train(new Nothing(), network, 4, kept, states, 0);
    int batches = (samples.size() + 15) / 16;
    assertThat(network.forwards).isEqualTo(2 * batches); // to train on, and to evaluate

    // a prompt with a state of its own might change
    class Told extends Nothing implements Stateful {
      @Override
      public Map<String, Tensor> state() {
        return Map.of();
      }

      @Override
      public void restore(Map<String, Tensor> state) {}
    }
    Plain again = new Plain();
    List<Epoch> computed = new ArrayList<>();
    train(new Told(), again, 4, computed, new ArrayList<>(), 0);
    assertThat(again.forwards).isEqualTo(4 * 2 * batches);
    assertSame(computed, kept);

    List<Epoch> rest = new ArrayList<>();
    List<Map<String, Tensor>> ends = new ArrayList<>(states.subList(0, 2));
    train(new Nothing(), new Plain(), 4, rest, ends, 2);
    assertThat(rest).isEqualTo(kept.subList(2, 4));
    assertEqual("at the end", ends.get(3).get("mapper.omega"), states.get(3).get("mapper.omega"));
  }

  private void train(
      InputPrompt prompt,
      Backbone backbone,
      int epochs,
      List<Epoch> results,
      List<Map<String, Tensor>> states,
      int done) {
    Model model = new Model(prompt, backbone, new Learned(), TARGETS);
    try (Trainer trainer = trainer(model, Edition.FAST, epochs, results, states)) {
      if (done > 0) {
        trainer.restore(states.get(done - 1));
      }
      trainer.train(done);
    }
  }

  private Trainer trainer(
      Model model,
      Edition edition,
      int epochs,
      List<Epoch> results,
      List<Map<String, Tensor>> states) {
    return trainer(model, edition, epochs, samples, 0, results, states);
  }

  private Trainer trainer(
      Model model,
      Edition edition,
      int epochs,
      Samples train,
      double labelSmoothing,
      List<Epoch> results,
      List<Map<String, Tensor>> states) {
    TrainingOptions options =
        new TrainingOptions(
            edition,
            epochs,
            16,
            true,
            ExtensionBlock.of("test", "descent", Map.of()),
            new ScheduleOptions(ScheduleOptions.Kind.COSINE, List.of(), 0.1),
            TrainingOptions.Selection.LAST,
            Optional.empty(),
            labelSmoothing,
            EvaluateEvery.of(1));
    return new Trainer(
        model,
        new Trainer.Splits(train, Optional.empty(), Optional.empty(), train),
        options,
        new Trainer.Setting(
            3,
            ComputeDevice.resolve("cpu"),
            type,
            // a matrix behind logits as large as these would not settle at a higher rate: rounding
            // grew
            (group, index) -> new Descent(group.tensors(), group.rule().isPresent() ? 0.002 : 0.5),
            () -> new OracleJointCounts(TARGETS, TARGETS)),
        event -> {
          if (event instanceof RunEvent.Epoch epoch) {
            results.add(Epoch.of(epoch));
            states.add(KeptState.of(epoch));
          }
        },
        () -> false);
  }

  private class Plain implements Backbone {
    int forwards;

    @Override
    public int sourceLabels() {
      return SOURCES;
    }

    @Override
    public List<String> labels() {
      return java.util.Collections.nCopies(SOURCES, "source");
    }

    @Override
    public ImageSize inputSize() {
      return ImageSize.square(SIDE);
    }

    @Override
    public Normalization normalization() {
      return Normalization.IDENTITY;
    }

    @Override
    public Tensor forward(Tensor x) {
      forwards++;
      return x.flatten(1, -1).matmul(first).tanh().matmul(last);
    }

    @Override
    public void close() {}
  }

  private class Linear extends Plain implements Head {
    @Override
    public Tensor features(Tensor x) {
      return x.flatten(1, -1).matmul(first).tanh();
    }

    @Override
    public Tensor weight() {
      return last;
    }
  }

  /** Nothing to learn. */
  private static class Nothing implements InputPrompt {
    @Override
    public ImagePreparation preparation(Split split) {
      return ImagePreparation.stretched(ImageSize.square(SIDE));
    }

    @Override
    public NetworkInput forward(Tensor images, Purpose purpose) {
      return new NetworkInput.Whole(images);
    }

    @Override
    public void close() {}
  }

  /** Learns an image that is added. */
  private static class Added extends Nothing implements Trainable {
    final Tensor program = torch.zeros(3, SIDE, SIDE).requires_grad_(true);

    @Override
    public NetworkInput forward(Tensor images, Purpose purpose) {
      return new NetworkInput.Whole(images.add(program));
    }

    @Override
    public List<ParameterGroup> parameters() {
      return List.of(ParameterGroup.of(program));
    }

    @Override
    public Map<String, Tensor> state() {
      return Map.of("program", program);
    }

    @Override
    public void restore(Map<String, Tensor> state) {
      org.reprise.support.SavedState.copyInto(program, state.get("program"));
    }
  }

  /** Each column is the share of a target label in what was predicted for it. */
  private static class Counted implements LabelMapper, EvidenceBased, MatrixMapping, Stateful {
    private final JointCounts counts = new OracleJointCounts(SOURCES, TARGETS);
    final List<Long> mapped = new ArrayList<>();
    int matrices;
    Tensor omega = torch.zeros(SOURCES, TARGETS);

    @Override
    public Evidence evidence() {
      return Evidence.EVERY_EPOCH;
    }

    @Override
    public void observe(Tensor logits, Tensor labels) {
      assertThat(logits.requires_grad()).isFalse();
      counts.addArgmax(logits, labels);
    }

    @Override
    public void refit() {
      Tensor counted = counts.counts().to(ScalarType.Float).add(new Scalar(0.1));
      omega = counted.div(counted.sum(new long[] {0}));
      omega.retainReference();
      counts.clear();
    }

    @Override
    public Tensor map(Tensor logits) {
      mapped.add(logits.size(0));
      return logits.matmul(omega);
    }

    @Override
    public Tensor matrix() {
      matrices++;
      return omega.clone();
    }

    @Override
    public Map<String, Tensor> state() {
      return Map.of("omega", omega);
    }

    @Override
    public void restore(Map<String, Tensor> state) {
      omega = state.get("omega").clone();
      omega.retainReference();
    }

    @Override
    public void close() {}
  }

  /** A trained matrix, linear but not fixed for an epoch. */
  private static class Learned implements LabelMapper, MatrixMapping, Trainable {
    final Tensor omega = torch.ones(SOURCES, TARGETS).mul(new Scalar(0.01)).requires_grad_(true);

    @Override
    public Tensor map(Tensor logits) {
      return logits.matmul(omega);
    }

    @Override
    public Tensor matrix() {
      return omega.detach().clone();
    }

    @Override
    public List<ParameterGroup> parameters() {
      return List.of(ParameterGroup.of(new RuleSpec("own", Map.of()), List.of(omega)));
    }

    @Override
    public Map<String, Tensor> state() {
      return Map.of("omega", omega);
    }

    @Override
    public void restore(Map<String, Tensor> state) {
      org.reprise.support.SavedState.copyInto(omega, state.get("omega"));
    }

    @Override
    public void close() {}
  }
}
