package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.training.Closure;
import org.reprise.api.training.DeviceRule;
import org.reprise.api.training.UpdateRule;
import org.reprise.api.training.UpdateRuleContext;

/**
 * What every update rule must do, seen on the squared distance of two tensors to a target. A rule's
 * test extends this class.
 */
@ExtendWith(NativeScope.class)
public abstract class UpdateRuleContract {
  private static final double RATE = 0.01;

  /**
   * Makes the rule under test, so that a hundred steps at rate 0.01 come nearer to the target.
   *
   * @param context its surroundings
   * @return a new rule; the suite closes it
   */
  protected abstract UpdateRule create(UpdateRuleContext context);

  @BeforeEach
  final void seed() {
    torch.manual_seed(20240917);
  }

  /** A group of two tensors, and the loss that is 0 where they are what they should be. */
  private static final class Problem implements Closure {
    final List<Tensor> parameters;
    final List<Tensor> targets;

    Problem() {
      this(List.of(torch.randn(3, 4), torch.randn(5)), List.of(torch.randn(3, 4), torch.randn(5)));
    }

    Problem(List<Tensor> start, List<Tensor> targets) {
      this.parameters =
          start.stream().map(tensor -> tensor.detach().clone().requires_grad_(true)).toList();
      this.targets = targets;
    }

    @Override
    public Tensor loss(boolean gradients) {
      try (Gradients on = Gradients.on()) {
        Tensor sum = torch.zeros();
        for (int i = 0; i < parameters.size(); i++) {
          Tensor distance = parameters.get(i).sub(targets.get(i));
          sum = sum.add(distance.mul(distance).sum());
        }
        if (gradients) {
          parameters.forEach(parameter -> parameter.mutable_grad().reset());
          sum.backward();
        }
        return sum.detach();
      }
    }

    UpdateRuleContext context(long seed) {
      return new FakeUpdateRuleContext(parameters, seed);
    }

    void step(UpdateRule rule, double rate) {
      if (rule.usesGradients()) {
        loss(true);
      }
      try (Gradients off = Gradients.off()) {
        rule.step(this, rate);
      }
    }

    Problem copy() {
      return new Problem(parameters, targets);
    }
  }

  @Test
  final void comesNearerWithTheSameParameters() {
    Problem problem = new Problem();
    double before = problem.loss(false).item_double();
    try (UpdateRule rule = create(problem.context(1))) {
      assertThat(rule.learningRate()).isPositive().isFinite();
      for (int i = 0; i < 100; i++) {
        problem.step(rule, RATE);
      }
    }
    for (Tensor parameter : problem.parameters) {
      assertThat(parameter.is_leaf() && parameter.requires_grad()).isTrue();
      assertFinite("parameter", parameter);
    }
    assertThat(problem.loss(false).item_double()).isLessThan(before);
  }

  @Test
  final void movesEveryTensorOfTheGroup() {
    Problem problem = new Problem();
    List<double[]> before = problem.parameters.stream().map(TensorAssertions::doubles).toList();
    try (UpdateRule rule = create(problem.context(1))) {
      problem.step(rule, RATE);
      problem.step(rule, RATE);
    }
    for (int i = 0; i < before.size(); i++) {
      assertThat(doubles(problem.parameters.get(i))).isNotEqualTo(before.get(i));
    }
  }

  @Test
  final void goesByTheRateOfTheStep() {
    Problem fast = new Problem();
    Problem slow = fast.copy();
    try (UpdateRule one = create(fast.context(1));
        UpdateRule other = create(slow.context(1))) {
      fast.step(one, RATE);
      slow.step(other, RATE / 4);
    }
    assertThat(doubles(fast.parameters.get(0))).isNotEqualTo(doubles(slow.parameters.get(0)));
  }

  @Test
  final void aRestoredRuleGoesOnBitForBit() {
    Problem whole = new Problem();
    try (UpdateRule rule = create(whole.context(1))) {
      for (int i = 0; i < 5; i++) {
        whole.step(rule, RATE);
      }
      Problem resumed = whole.copy();
      Map<String, Tensor> saved = StateChecks.copy(rule.state());
      try (UpdateRule other = create(resumed.context(1))) {
        other.restore(saved);
        StateChecks.assertSame(StateChecks.copy(other.state()), saved);
        for (int i = 0; i < 5; i++) {
          whole.step(rule, RATE);
          resumed.step(other, RATE);
        }
      }
      for (int i = 0; i < whole.parameters.size(); i++) {
        assertEqual("resumed", resumed.parameters.get(i), whole.parameters.get(i));
      }
    }
  }

  @Test
  final void refusesABadStateAndKeepsItsOwn() {
    Problem problem = new Problem();
    try (UpdateRule rule = create(problem.context(1))) {
      problem.step(rule, RATE);
      if (!rule.state().isEmpty()) {
        StateChecks.assertRefusesBadStates(rule);
      }
    }
  }

  @Test
  final void aParameterWithoutGradientStays() {
    Problem problem = new Problem();
    Tensor before = problem.parameters.get(0).detach().clone();
    try (UpdateRule rule = create(problem.context(1))) {
      if (!rule.usesGradients()) {
        return;
      }
      for (int i = 0; i < 3; i++) {
        problem.loss(true);
        problem.parameters.get(0).mutable_grad().reset();
        try (Gradients off = Gradients.off()) {
          rule.step(problem, RATE);
        }
      }
    }
    assertEqual("without gradient", problem.parameters.get(0), before);
  }

  /** Asks a rule of the device for a step, as a GPU is. */
  private static void stepOnDevice(Problem problem, DeviceRule rule, double rate) {
    problem.loss(true);
    try (Gradients off = Gradients.off()) {
      rule.step(torch.tensor(rate).squeeze().to(ScalarType.Double), problem.samples());
    }
  }

  @Test
  final void aRuleOfTheDeviceMovesAsItDoesOtherwise() {
    Problem host = new Problem();
    Problem device = host.copy();
    try (UpdateRule one = create(host.context(1));
        UpdateRule other = create(device.context(1))) {
      if (!(other instanceof DeviceRule rule)) {
        return;
      }
      assertThat(other.usesGradients()).isTrue();
      for (int i = 0; i < 6; i++) {
        double rate = RATE / (1 + i % 3); // as schedules change it
        host.step(one, rate);
        stepOnDevice(device, rule, rate);
        for (int p = 0; p < host.parameters.size(); p++) {
          assertClose("step " + i, device.parameters.get(p), host.parameters.get(p), 1e-6, 1e-5);
        }
      }
    }
  }

  /** Tensors of the device {@code meta} have no values: whoever asks for one is refused. */
  @Test
  final void aRuleOfTheDeviceAsksItForNothing() {
    try (Device meta = new Device("meta")) {
      List<Tensor> parameters =
          List.of(
              torch.zeros(3, 4).to(meta, ScalarType.Float).set_requires_grad(true),
              torch.zeros(5).to(meta, ScalarType.Float).set_requires_grad(true));
      parameters.forEach(parameter -> parameter.mutable_grad().put(torch.ones_like(parameter)));
      Tensor rate = torch.zeros(new long[] {}).to(meta, ScalarType.Double);
      try (UpdateRule rule = create(new FakeUpdateRuleContext(parameters, 1));
          Gradients off = Gradients.off()) {
        if (!(rule instanceof DeviceRule device)) {
          return;
        }
        for (int i = 0; i < 3; i++) {
          device.step(rate, 1);
        }
        rule.state().forEach((name, tensor) -> assertThat(tensor.is_meta()).as(name).isTrue());
      }
    }
  }

  @Test
  final void aStepOfTheDeviceCanBeUndoneInPlace() {
    Problem problem = new Problem();
    try (UpdateRule rule = create(problem.context(1))) {
      if (!(rule instanceof DeviceRule device)) {
        return;
      }
      stepOnDevice(problem, device, RATE);
      stepOnDevice(problem, device, RATE);
      Map<String, Tensor> state = rule.state();
      Map<String, Tensor> before = StateChecks.copy(state);
      List<Tensor> parameters = problem.copy().parameters;
      stepOnDevice(problem, device, RATE);
      List<Tensor> once = problem.copy().parameters;
      try (Gradients off = Gradients.off()) {
        state.forEach((name, tensor) -> tensor.copy_(before.get(name)));
        for (int i = 0; i < parameters.size(); i++) {
          problem.parameters.get(i).copy_(parameters.get(i));
        }
      }
      stepOnDevice(problem, device, RATE);
      for (int i = 0; i < once.size(); i++) {
        assertEqual("once more", problem.parameters.get(i), once.get(i));
      }
    }
  }

  @Test
  final void nativeMemoryIsFlat() {
    NativeMemory.assertFlat(
        "a rule's whole life",
        () -> {
          Problem problem = new Problem();
          try (UpdateRule rule = create(problem.context(1))) {
            problem.step(rule, RATE);
          }
        });
    Problem problem = new Problem();
    try (UpdateRule rule = create(problem.context(1))) {
      NativeMemory.assertFlat(
          "step and state",
          () -> {
            problem.step(rule, RATE);
            rule.restore(StateChecks.copy(rule.state()));
          });
    }
  }
}
