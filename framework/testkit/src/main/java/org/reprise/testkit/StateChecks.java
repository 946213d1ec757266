package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.Stateful;

/** Checks of saving and restoring that all contract suites share. */
final class StateChecks {
  private StateChecks() {}

  /** Copies the tensors, as writing and reading a checkpoint would. */
  static Map<String, Tensor> copy(Map<String, Tensor> state) {
    Map<String, Tensor> copy = new LinkedHashMap<>();
    state.forEach((name, tensor) -> copy.put(name, tensor.detach().clone()));
    return copy;
  }

  static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (name, tensor) -> TensorAssertions.assertEqual(name, tensor, expected.get(name)));
  }

  /**
   * Takes away, reshapes and retypes each tensor in turn, and makes a number of it NaN or infinite;
   * none of it may change anything.
   */
  static void assertRefusesBadStates(Stateful stateful) {
    Map<String, Tensor> before = copy(stateful.state());
    assertThat(before).isNotEmpty();
    for (String name : List.copyOf(before.keySet())) {
      assertThat(name).matches("[A-Za-z0-9._-]+");
      Map<String, Tensor> others = shifted(before);

      others.remove(name);
      assertRefused(stateful, others, name);

      others.put(name, before.get(name).flatten().repeat(2));
      assertRefused(stateful, others, name);

      others.put(name, before.get(name).to(ScalarType.Double));
      assertRefused(stateful, others, name);

      if (torch.isFloatingType(before.get(name).scalar_type())) {
        for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
          Tensor damaged = before.get(name).contiguous().clone();
          damaged.flatten().narrow(0, damaged.numel() - 1, 1).fill_(new Scalar(value));
          others.put(name, damaged);
          assertRefused(stateful, others, name);
        }
      }
    }
    assertSame(stateful.state(), before);
  }

  /** Different values of the right shapes, so that a partial restore would show. */
  private static Map<String, Tensor> shifted(Map<String, Tensor> state) {
    Map<String, Tensor> shifted = new LinkedHashMap<>();
    state.forEach((name, tensor) -> shifted.put(name, tensor.flip(0)));
    return shifted;
  }

  private static void assertRefused(Stateful stateful, Map<String, Tensor> state, String name) {
    assertThatThrownBy(() -> stateful.restore(state))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"" + name + "\"");
  }
}
