package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.KeptTensor;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.training.ParameterGroup;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions.CudaGraph;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.fake.Descent;
import org.reprise.engine.fake.FakeNetwork;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.BatchFeed;
import org.reprise.engine.store.FakeDevice;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.engine.store.SampleSource;
import org.reprise.engine.store.SampleStore;
import org.reprise.engine.workers.Workers;
import org.reprise.testkit.FakeDataset;

/** Sums are those of single batches, and nobody waits for a device within an epoch. */
final class TallyTest {
  private static final int TARGETS = 3;

  private PointerScope scope;
  private Random random;

  @BeforeEach
  void open() {
    Loader.load(torch.class);
    scope = new PointerScope();
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("TallyTest: -Dreprise.seed=" + seed);
    random = new Random(seed);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sumsAreThoseOfSingleBatchesToTheLastBit(boolean eager) {
    double losses = 0;
    long right = 0;
    try (Device cpu = new Device("cpu");
        Tally tally = new Tally(cpu, eager)) {
      assertThat(tally.read()).isEqualTo(Tally.Sums.EMPTY);
      for (int step = 0; step < 200; step++) {
        float loss = (float) Math.exp(8 * random.nextGaussian());
        int samples = 1 + random.nextInt(256);
        int correct = random.nextInt(samples + 1);
        tally.watch(torch.tensor(loss).squeeze(), step);
        tally.add(torch.tensor(loss).squeeze(), samples, torch.tensor(correct).squeeze());
        losses += (double) loss * samples;
        right += correct;
      }
      assertThat(tally.read()).isEqualTo(new Tally.Sums(losses, right, Optional.empty()));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void theFirstLossThatIsNotFiniteIsToldHoweverLateOneLooks(float bad) {
    int first = random.nextInt(50);
    try (Device cpu = new Device("cpu");
        Tally tally = new Tally(cpu, false)) {
      for (int step = 0; step < 60; step++) {
        float loss = step == first ? bad : step > first ? -bad : random.nextFloat();
        tally.watch(torch.tensor(loss).squeeze(), step);
        tally.add(torch.tensor(loss).squeeze(), 8, torch.tensor(1).squeeze());
      }
      Tally.Sums sums = tally.read();
      assertThat(sums.bad()).contains(new Tally.Bad(first, "the loss is " + (double) bad));
      assertThatThrownBy(() -> TrainingStep.requireFinite(sums))
          .isInstanceOf(NonFiniteLogitsException.class)
          .hasMessage("the loss is " + (double) bad);
    }
  }

  /**
   * Tensors of the device {@code meta} have shapes and no values: whoever asks for one, as waiting
   * for a GPU would, is refused.
   */
  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Float", "Half"})
  void aStepAsksTheDeviceForNothing(ScalarType type) throws IOException {
    FakeDataset data = FakeDataset.random(random, TARGETS, random.ints(15, 0, TARGETS).toArray());
    List<int[]> batches = BatchOrder.batches(BatchOrder.shuffled(15, 1, 0), 5);
    try (Device meta = new Device("meta");
        SampleStore samples =
            SampleStore.load(
                new SampleSource(
                    data,
                    Split.TRAIN,
                    () -> BatchOrder.identity(15),
                    ImagePreparation.stretched(ImageSize.square(FakeNetwork.SIDE)),
                    OnCorrupt.ERROR,
                    LoadProgress.NONE),
                FakeDevice.placement(meta, false));
        BatchFeed feed = samples.feed(batches);
        Shift prompt = new Shift(meta);
        Tally tally = new Tally(meta, false)) {
      FakeNetwork network = new FakeNetwork(false);
      Onto mapper = new Onto(on(meta, network.sourceLabels(), TARGETS));
      Model model = new Model(prompt, network, mapper, TARGETS);
      ComputeDevice device =
          ComputeDevice.resolve("cpu"); // says what to autocast, which is nothing
      LearningRate rate =
          new LearningRate(new ScheduleOptions(ScheduleOptions.Kind.COSINE, List.of(), 0.1), 2, 3);
      try (TrainingState state =
              new TrainingState(
                  model, (group, index) -> new Descent(group.tensors(), 0.1), type, true);
          Forward forward = new Forward(model, Forward.Fixed.NOTHING)) {
        TrainingStep step =
            new TrainingStep(
                model,
                state,
                rate,
                device,
                type,
                0,
                new PhaseTimes(),
                Workers.ALONE,
                new StepGraphs(
                    new GraphChoice(Optional.empty(), "none here"), CudaGraph.OFF, 1, text -> {}));
        for (int number = 0; number < 3; number++) {
          assertThat(
                  step.take(
                      feed.next(),
                      new Shard(new int[5], 5, 5),
                      false,
                      forward,
                      Optional.of(mapper),
                      0,
                      number,
                      tally))
              .isEqualTo(1);
          feed.prepare();
        }
      }
      assertThat(mapper.observed).isEqualTo(3);
      // such a device would have told
      assertThatThrownBy(tally::read).hasMessageContaining("meta");
    }
  }

  private static Tensor on(Device device, long... shape) {
    return torch.zeros(shape).to(device, ScalarType.Float);
  }

  /** Adds one learned number to every pixel. */
  private static final class Shift implements InputPrompt, Trainable {
    private final KeptTensor program = new KeptTensor();

    Shift(Device device) {
      program.set(on(device, 1).set_requires_grad(true));
    }

    @Override
    public ImagePreparation preparation(Split split) {
      return ImagePreparation.stretched(ImageSize.square(FakeNetwork.SIDE));
    }

    @Override
    public NetworkInput forward(Tensor images, Purpose purpose) {
      return new NetworkInput.Whole(images.add(program.get()));
    }

    @Override
    public List<ParameterGroup> parameters() {
      return List.of(ParameterGroup.of(program.get()));
    }

    @Override
    public Map<String, Tensor> state() {
      return Map.of("program", program.get());
    }

    @Override
    public void restore(Map<String, Tensor> state) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      program.close();
    }
  }

  private static final class Onto implements LabelMapper, EvidenceBased {
    private final Tensor matrix;
    private int observed;

    Onto(Tensor matrix) {
      this.matrix = matrix;
    }

    @Override
    public Tensor map(Tensor logits) {
      return logits.matmul(matrix);
    }

    @Override
    public Evidence evidence() {
      return Evidence.EVERY_EPOCH;
    }

    @Override
    public void observe(Tensor logits, Tensor labels) {
      observed++;
    }

    @Override
    public void refit() {}

    @Override
    public void close() {}
  }
}
