package org.reprise.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.backbone.NetworkInput;
import org.reprise.api.prompt.Purpose;
import org.reprise.engine.config.ScheduleOptions;
import org.reprise.engine.config.TrainingOptions.CudaGraph;
import org.reprise.engine.device.ComputeDevice;
import org.reprise.engine.fake.Descent;
import org.reprise.engine.fake.FakeMapper;
import org.reprise.engine.fake.FakeNetwork;
import org.reprise.engine.fake.FakePrompt;
import org.reprise.engine.store.Batch;
import org.reprise.engine.workers.Workers;
import org.reprise.testkit.NativeScope;

/** Steps that are left to the device are those that the program decides, to the last bit. */
@ExtendWith(NativeScope.class)
class StepOnDeviceTest {
  private static final int TARGETS = 3;
  private static final int SAMPLES = 6;

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());

  /** Multiplies gradients and nothing else, as a deep network in float16 may. */
  private static final class Steep extends FakePrompt {
    private double steepness = 1;

    @Override
    public NetworkInput forward(Tensor images, Purpose purpose) {
      Tensor program = parameters().get(0).tensors().get(0);
      Tensor none = program.sub(program.detach());
      // in two goes: a scalar is a float32 number
      Scalar factor = new Scalar(Math.sqrt(steepness));
      Tensor pixels = super.forward(images, purpose).whole();
      return new NetworkInput.Whole(pixels.add(none.mul(factor).mul(factor)));
    }
  }

  /** A run of single steps, on random images. */
  private static final class Steps implements AutoCloseable {
    private final Random random;
    private final Steep prompt = new Steep();
    private final TrainingState state;
    private final TrainingStep step;
    private final Tally tally;
    private final Forward forward;
    private int number;

    Steps(ScalarType type, boolean onDevice, long seed) {
      this.random = new Random(seed);
      Model model = new Model(prompt, new FakeNetwork(false), new FakeMapper(), TARGETS);
      this.state =
          new TrainingState(
              model, (group, index) -> new Descent(group.tensors(), 0.3), type, onDevice);
      assertThat(state.isAhead()).isEqualTo(onDevice);
      LearningRate rate =
          new LearningRate(new ScheduleOptions(ScheduleOptions.Kind.COSINE, List.of(), 0.1), 2, 50);
      try (Device cpu = new Device("cpu")) {
        this.tally = new Tally(cpu, true);
      }
      this.forward = new Forward(model, Forward.Fixed.NOTHING);
      this.step =
          new TrainingStep(
              model,
              state,
              rate,
              ComputeDevice.resolve("cpu"),
              type,
              0,
              new PhaseTimes(),
              Workers.ALONE,
              new StepGraphs(
                  new GraphChoice(Optional.empty(), "none here"), CudaGraph.OFF, 1, text -> {}));
    }

    void take(double steepness) {
      prompt.steepness = steepness;
      float[] pixels = new float[SAMPLES * 3 * FakeNetwork.SIDE * FakeNetwork.SIDE];
      long[] labels = new long[SAMPLES];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = random.nextFloat();
      }
      for (int i = 0; i < labels.length; i++) {
        labels[i] = random.nextInt(TARGETS);
      }
      try (PointerScope scope = new PointerScope()) {
        Tensor images =
            Tensor.create(pixels).reshape(SAMPLES, 3, FakeNetwork.SIDE, FakeNetwork.SIDE);
        step.take(
            new Batch(images, torch.tensor(labels)),
            new Shard(new int[SAMPLES], SAMPLES, SAMPLES),
            false,
            forward,
            Optional.empty(),
            0,
            number++,
            tally);
      }
    }

    Map<String, Tensor> state() {
      return state.save(() -> {});
    }

    @Override
    public void close() {
      forward.close();
      tally.close();
      state.close();
      prompt.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Float", "Half"})
  void allIsTheSameWhicheverDecides(ScalarType type) {
    System.out.println("StepOnDeviceTest: -Dreprise.seed=" + seed);
    Random steep = new Random(seed + 1);
    int overflown = 0;
    try (Steps device = new Steps(type, true, seed);
        Steps program = new Steps(type, false, seed)) {
      for (int i = 0; i < 60; i++) {
        boolean overflows = type == ScalarType.Half && steep.nextInt(6) == 0;
        overflown += overflows ? 1 : 0;
        double steepness = overflows ? 1e38 : 1;
        Tensor before = Told.program(device).clone();
        device.take(steepness);
        program.take(steepness);
        Map<String, Tensor> expected = program.state();
        device
            .state()
            .forEach(
                (name, tensor) -> assertEqual(name + ", seed " + seed, tensor, expected.get(name)));
        if (overflows && i < 20) { // the scale is large still
          assertEqual("left out, seed " + seed, Told.program(device), before);
        }
      }
      Tally.Sums sums = device.tally.read();
      assertThat(sums).isEqualTo(program.tally.read());
      assertThat(sums.loss()).isPositive().isFinite();
      if (overflown > 0) {
        assertThat(device.state().get("loss-scale.scale").item_double())
            .isLessThan(LossScale.INITIAL);
      }
    }
  }

  private static final class Told {
    static Tensor program(Steps steps) {
      return steps.prompt.parameters().get(0).tensors().get(0).detach();
    }
  }

  @Test
  void gradientsThatNoScaleHelpsEndTheRunAtTheirStep() {
    for (boolean onDevice : new boolean[] {true, false}) {
      try (Steps steps = new Steps(ScalarType.Half, onDevice, seed)) {
        steps.take(1);
        for (double scale = LossScale.INITIAL; scale > 1; scale /= 2) {
          steps.take(1e70);
        }
        assertThat(steps.state().get("loss-scale.scale").item_double()).isEqualTo(1);
        Tensor before = Told.program(steps).clone();
        assertThatThrownBy(() -> steps.take(1e70))
            .isInstanceOf(NonFiniteLogitsException.class)
            .hasMessage("the gradients are not finite");
        assertEqual("left as it was", Told.program(steps), before);
        if (onDevice) {
          assertThat(steps.tally.read().bad())
              .contains(new Tally.Bad(17, "the gradients are not finite"));
        }
      }
    }
  }
}
