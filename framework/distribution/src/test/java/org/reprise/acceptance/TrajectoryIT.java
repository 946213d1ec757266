package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.KeptTensor;
import org.reprise.api.Stateful;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.backbone.Pass;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.JointCounts;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.prompt.Purpose;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.Stage;
import org.reprise.engine.config.EvaluateEvery;
import org.reprise.engine.config.Execution;
import org.reprise.engine.config.ExtensionBlock;
import org.reprise.engine.config.Milestone;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions;
import org.reprise.engine.counting.CountingPath;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.device.NoGrad;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.store.SampleStore;
import org.reprise.engine.training.Forward;
import org.reprise.engine.training.Model;
import org.reprise.engine.training.Trainer;
import org.reprise.networks.Activation;
import org.reprise.networks.Operation;
import org.reprise.networks.OperationList;
import org.reprise.networks.OperationListNetwork;
import org.reprise.networks.Padding;
import org.reprise.networks.Parameter;
import org.reprise.networks.SharedBorder;
import org.reprise.networks.Weights;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.FakeUpdateRuleContext;
import org.reprise.testkit.Fixtures;
import org.reprise.testkit.OracleJointCounts;

/**
 * Replays recorded runs of the reference implementation with the installed plugins. Other
 * convolution implementations, which add in another order, moved these runs by at most 1e-6 in a
 * loss, 1e-5 in a program entry and 2.1e-5 in a test logit (of up to 4, after all of the training's
 * steps); no decision (argmax, top-k, prediction) is nearer than 1e-3.
 */
class TrajectoryIT {
  private static final double LOSS = 2e-6; // 1e-6, and the rounding of the recorded float
  private static final double PROGRAM = 1e-5;
  private static final double LOGIT = 3e-5;
  private static final double GRADIENT = 1e-6; // of values up to 0.08, sums over 16 pictures
  private static final double MATRIX = 1e-6; // probabilities of logits that moved by as much

  /**
   * Returns how much more the runs of the editions may differ: other libraries moved their program
   * by 3.3e-5, where Adam divides a small gradient by its own size. A mapping not gathered again or
   * the other edition moves it by 5e-3 in the median, and losses and logits by 0.1.
   */
  private static double rounding(String recorded) {
    return recorded.endsWith("_standard") || recorded.endsWith("_fast") ? 10 : 1;
  }

  @ParameterizedTest
  @CsvSource({
    "trajectory, ilm, ilm, PLAIN",
    "trajectory, blm, blm, PLAIN",
    "trajectory, blmp, blm++, PLAIN",
    "trajectory, ilm_sched, ilm, PLAIN",
    "trajectory, blm_sched, blm, PLAIN",
    "trajectory, blmp_sched, blm++, PLAIN",
    "trajectory, ilm, ilm, SHARED_BORDER",
    "trajectory, blmp_sched, blm++, SHARED_BORDER",
    // by scripts/make-trajectory-fixtures.py; 64 pictures in batches of 25
    "trajectory_editions, ilm_standard, ilm, PLAIN",
    "trajectory_editions, blm_standard, blm, PLAIN",
    "trajectory_editions, blmp_standard, blm++, PLAIN",
    "trajectory_editions, ilm_fast, ilm, PLAIN",
    "trajectory_editions, blm_fast, blm, PLAIN",
    "trajectory_editions, blmp_fast, blm++, PLAIN",
    "trajectory_editions, blm_standard, blm, SHARED_BORDER",
    "trajectory_editions, blmp_fast, blm++, SHARED_BORDER"
  })
  void followsTheReference(String file, String recorded, String mapperName, Execution execution)
      throws Exception {
    Loader.load(torch.class);
    Path plugins = Path.of(System.getProperty("reprise.installation"), "plugins");
    try (PointerScope scope = new PointerScope();
        PluginHost host = PluginHost.load(List.of(plugins))) {
      Safetensors fixture = Fixtures.read(file + ".safetensors");
      Map<String, String> sizes = fixture.metadata();
      int epochs = Integer.parseInt(sizes.get("epochs"));
      int batchSize = Integer.parseInt(sizes.get("batch"));
      boolean scheduled = recorded.endsWith("_sched");
      TrainingOptions.Edition edition =
          recorded.endsWith("_standard")
              ? TrainingOptions.Edition.STANDARD
              : TrainingOptions.Edition.FAST;

      List<String> settings = new ArrayList<>();
      if (!mapperName.equals("ilm")) {
        settings.add("laplace=" + sizes.get("lap"));
      }
      if (mapperName.equals("blm++")) {
        settings.add("top-k=" + sizes.get("k"));
      }
      Context context =
          new Context(Integer.parseInt(sizes.get("ks")), Integer.parseInt(sizes.get("kt")));
      ImageSize imageSize = ImageSize.square(Integer.parseInt(sizes.get("in_size")));
      ImageSize inputSize = ImageSize.square(Integer.parseInt(sizes.get("out_size")));
      try (Net net = new Net(fixture, inputSize);
          InputPrompt prompt =
              InProcess.make(
                  host,
                  Door.PROMPT,
                  ExtensionBlock.of("padding", "prompt", "padding", List.of()),
                  new FakeInputPromptContext(imageSize, inputSize, net.normalization(), 0));
          LabelMapper mapper =
              InProcess.make(
                  host,
                  Door.MAPPER,
                  ExtensionBlock.of(mapperName, "mapping", mapperName, settings),
                  context);
          SampleStore train = InProcess.stored(fixture.get("images"), fixture.get("labels"));
          SampleStore test =
              InProcess.stored(fixture.get("test_images"), fixture.get("test_labels"))) {
        Recorder recorder = new Recorder(fixture, recorded, prompt, mapper);
        try (Trainer trainer =
            new Trainer(
                new Model(prompt, net, mapper, context.targetLabels(), execution),
                new Trainer.Splits(train, Optional.empty(), Optional.empty(), test),
                options(edition, epochs, batchSize, scheduled),
                setting(host, sizes.get("lr"), context.targetLabels()),
                recorder,
                () -> false)) {
          trainer.train(0);
        }
        assertThat(recorder.epochs).isEqualTo(epochs);
        double[] losses = doubles(fixture.get(recorded + ".loss"));
        assertThat(recorder.losses).hasSize(losses.length);
        for (int i = 0; i < losses.length; i++) {
          assertThat(Math.abs(recorder.losses.get(i) - losses[i]))
              .as("loss of step %s, %s, recorded %s", i, recorder.losses.get(i), losses[i])
              .isLessThanOrEqualTo(rounding(recorded) * LOSS);
        }
        int steps = (train.size() + batchSize - 1) / batchSize;
        recorder.assertIfRecorded(
            "first_epoch_logits",
            torch.cat(new TensorVector(net.outputs(steps, 2 * steps)), 0), // after the first pass
            rounding(recorded) * LOGIT);
        Tensor images = test.batch(IntStream.range(0, test.size()).toArray()).images();
        Model model = new Model(prompt, net, mapper, context.targetLabels(), execution);
        assertThat(net.windows > 0).isEqualTo(execution == Execution.SHARED_BORDER);
        assertClose(
            "test logits",
            sourceLogits(model, images),
            fixture.get(recorded + ".test_logits"),
            rounding(recorded) * LOGIT,
            0);
        recorder.useLastMapping();
        assertClose(
            "mapped test logits",
            mapper.map(sourceLogits(model, images)),
            fixture.get(recorded + ".test_mapped"),
            rounding(recorded) * LOGIT,
            0);
      }
    }
  }

  private static TrainingOptions options(
      TrainingOptions.Edition edition, int epochs, int batchSize, boolean scheduled) {
    ScheduleOptions schedule =
        scheduled
            ? new ScheduleOptions(
                ScheduleOptions.Kind.MULTI_STEP,
                List.of(new Milestone("0.5"), new Milestone("0.72")),
                0.1)
            : new ScheduleOptions(ScheduleOptions.Kind.CONSTANT, List.of(), 0.1);
    return new TrainingOptions(
        edition,
        epochs,
        batchSize,
        false,
        ExtensionBlock.of("adam", "training.optimizer", "adam", List.of()),
        schedule,
        TrainingOptions.Selection.LAST,
        Optional.empty(),
        0,
        EvaluateEvery.of(1));
  }

  private static Trainer.Setting setting(PluginHost host, String rate, int classes) {
    return new Trainer.Setting(
        0,
        new ComputeDevice("cpu"),
        ScalarType.Float,
        (group, index) ->
            InProcess.make(
                host,
                Door.UPDATE_RULE,
                ExtensionBlock.of("adam", "training.optimizer", "adam", List.of("lr=" + rate)),
                new FakeUpdateRuleContext(group.tensors(), 0)),
        () -> new OracleJointCounts(classes, classes));
  }

  private static Tensor sourceLogits(Model model, Tensor images) {
    try (NoGrad noGrad = new NoGrad();
        Forward forward = new Forward(model, Forward.Fixed.ALL)) {
      return forward.source(forward.network(model.input(images, Purpose.EVALUATION)));
    }
  }

  /** Compares what an epoch ends with. */
  private static final class Recorder implements RunListener {
    private final Safetensors fixture;
    private final String recorded;
    private final InputPrompt prompt;
    private final LabelMapper mapper;
    private final List<Double> losses = new ArrayList<>();
    private double lossSum;
    private int done;
    private int epochs;

    Recorder(Safetensors fixture, String recorded, InputPrompt prompt, LabelMapper mapper) {
      this.fixture = fixture;
      this.recorded = recorded;
      this.prompt = prompt;
      this.mapper = mapper;
    }

    @Override
    public void on(RunEvent event) {
      if (event instanceof RunEvent.Step step && step.stage() == Stage.TRAINING) {
        step(step.samples(), step.total(), step.loss().orElseThrow());
      } else if (event instanceof RunEvent.Epoch epoch) {
        epoch(epoch);
      }
    }

    private void step(int samples, int total, double loss) {
      if (losses.isEmpty()) { // the gradients of a step are there until the next one
        Tensor program = ((Trainable) prompt).parameters().get(0).tensors().get(0);
        assertIfRecorded("first_gradient", program.grad(), rounding(recorded) * GRADIENT);
      }
      losses.add((loss * samples - lossSum) / (samples - done));
      lossSum = samples == total ? 0 : loss * samples;
      done = samples == total ? 0 : samples;
    }

    private void epoch(RunEvent.Epoch result) {
      Map<String, Tensor> state = result.state();
      assertThat(result.epoch()).isEqualTo(epochs + 1);
      assertMapping("mapping used in epoch " + epochs, mapping(state, "mapper."), epochs);
      // the standard edition makes the next one at the beginning of the next epoch
      int next = recorded.endsWith("_standard") ? epochs : epochs + 1;
      assertMapping("mapping after epoch " + epochs, mapping(state, "mapper.next."), next);
      assertThat(Math.abs(result.trainAccuracy().orElseThrow() - at("train_accuracy", epochs)))
          .as("training accuracy of epoch %s", epochs)
          .isLessThanOrEqualTo(1e-6);
      assertThat(Math.abs(result.test().orElseThrow().accuracy() - at("test_accuracy", epochs)))
          .as("test accuracy of epoch %s", epochs)
          .isLessThanOrEqualTo(1e-6);
      epochs++;
      if (epochs == doubles(fixtureTensor("test_accuracy")).length) {
        Tensor program =
            state.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("prompt."))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        assertClose("program", program, fixtureTensor("program"), rounding(recorded) * PROGRAM, 0);
      }
    }

    void assertIfRecorded(String name, Tensor actual, double tolerance) {
      if (fixture.tensors().containsKey(recorded + "." + name)) {
        assertClose(name, actual, fixtureTensor(name), tolerance, 0);
      } else {
        assertThat(recorded).as("recorded without %s", name).matches(".*_(sched|standard|fast)");
      }
    }

    /** Puts the mapping back that the last epoch was evaluated with. */
    void useLastMapping() {
      Stateful saved = (Stateful) mapper;
      saved.restore(
          Map.of(
              saved.state().keySet().iterator().next(),
              fixtureTensor("mapping").select(0, epochs - 1).contiguous()));
    }

    private void assertMapping(String what, Tensor mapping, int row) {
      Tensor expected = fixtureTensor("mapping").select(0, row);
      if (expected.scalar_type().intern() == ScalarType.Long) {
        assertEqual(what, mapping, expected);
      } else {
        assertClose(what, mapping, expected, rounding(recorded) * MATRIX, 1e-5);
      }
    }

    private static Tensor mapping(Map<String, Tensor> state, String prefix) {
      List<Tensor> tensors =
          state.entrySet().stream()
              .filter(entry -> entry.getKey().startsWith(prefix))
              .filter(
                  entry -> prefix.contains("next") || !entry.getKey().startsWith("mapper.next."))
              .map(Map.Entry::getValue)
              .toList();
      assertThat(tensors).as("tensors under %s", prefix).hasSize(1);
      return tensors.get(0);
    }

    private double at(String name, int index) {
      return doubles(fixtureTensor(name))[index];
    }

    private Tensor fixtureTensor(String name) {
      return fixture.tensors().get(recorded + "." + name);
    }
  }

  private record Context(int sourceLabels, int targetLabels) implements LabelMapperContext {
    @Override
    public List<String> sourceLabelNames() {
      return IntStream.range(0, sourceLabels).mapToObj(i -> "source" + i).toList();
    }

    @Override
    public List<String> targetLabelNames() {
      return IntStream.range(0, targetLabels).mapToObj(i -> "target" + i).toList();
    }

    @Override
    public <A> Optional<A> backbone(Class<A> ability) {
      return Optional.empty();
    }

    @Override
    public Path input(Path file) {
      return file;
    }

    @Override
    public void note(String text) {}

    @Override
    public Device device() {
      return new Device("cpu");
    }

    @Override
    public long seed() {
      return 0;
    }

    @Override
    public JointCounts newJointCounts() {
      return CountingPath.of(ComputeDevice.resolve("cpu"))
          .newJointCounts(sourceLabels, targetLabels);
    }
  }

  /** The recorded network; its layers stand in the file's metadata. */
  private static final class Net implements Backbone {
    private final Safetensors weights;
    private final ImageSize size;
    private final List<KeptTensor> outputs = new ArrayList<>();
    private final OperationListNetwork maps; // the same layers up to the pooling, for windows
    private int windows;

    Net(Safetensors weights, ImageSize size) {
      this.weights = weights;
      this.size = size;
      assertThat(weights.metadata().get("net"))
          .isEqualTo(
              "conv1(3,8,5x5,s2,p2) relu conv2(8,16,3x3,s2,p1) relu conv3(16,32,3x3,s2,p1) relu"
                  + " adaptive_avg_pool(2) flatten fc");
      OperationList list =
          new OperationList(
              List.of(
                  layer(0, 3, 8, 5),
                  layer(1, 8, 16, 3),
                  layer(2, 16, 32, 3),
                  new Operation.AveragePool(3, size.height() / 16)));
      maps = list.freeze(new Layers(weights), false);
    }

    private static Operation layer(int input, int in, int out, int kernel) {
      return new Operation.Convolution(
          input,
          "conv" + (input + 1),
          Optional.empty(),
          in,
          out,
          kernel,
          2,
          Padding.all(kernel / 2),
          1,
          Activation.RELU);
    }

    private record Layers(Safetensors file) implements Weights {
      @Override
      public Tensor tensor(Parameter parameter) {
        return file.tensors().get("net." + parameter.name());
      }

      @Override
      public DeviceType deviceType() {
        return DeviceType.CPU;
      }
    }

    @Override
    public Pass pass(boolean promptFixed) {
      SharedBorder border = new SharedBorder(maps, promptFixed);
      return new Pass() {
        @Override
        public Tensor run(NetworkInput input) {
          if (input instanceof NetworkInput.Framed framed) {
            windows++;
            return logits(border.run(framed));
          }
          return forward(input.whole());
        }

        @Override
        public void close() {
          border.close();
        }
      };
    }

    @Override
    public int sourceLabels() {
      return (int) weight("fc.weight").size(0);
    }

    @Override
    public List<String> labels() {
      return IntStream.range(0, sourceLabels()).mapToObj(i -> "source" + i).toList();
    }

    @Override
    public ImageSize inputSize() {
      return size;
    }

    @Override
    public Normalization normalization() {
      return Normalization.IMAGENET;
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor value = x;
      for (int layer = 1; layer <= 3; layer++) {
        Tensor kernel = weight("conv" + layer + ".weight");
        long padding = kernel.size(2) / 2;
        value =
            torch
                .conv2d(
                    value,
                    kernel,
                    new TensorOptional(weight("conv" + layer + ".bias")),
                    new long[] {2, 2},
                    new long[] {padding, padding},
                    new long[] {1, 1},
                    1)
                .relu();
      }
      return logits(torch.adaptive_avg_pool2d(value, new long[] {2, 2}));
    }

    private Tensor logits(Tensor pooled) {
      Tensor logits =
          torch.linear(
              pooled.flatten(1, 3), weight("fc.weight"), new TensorOptional(weight("fc.bias")));
      outputs.add(new KeptTensor(logits.detach()));
      return logits;
    }

    /** Returns what some of the forward passes gave, counted from 0. */
    Tensor[] outputs(int from, int to) {
      return outputs.subList(from, to).stream().map(KeptTensor::get).toArray(Tensor[]::new);
    }

    private Tensor weight(String name) {
      return weights.tensors().get("net." + name);
    }

    @Override
    public void close() {
      outputs.forEach(KeptTensor::close);
      maps.close();
    }
  }
}
