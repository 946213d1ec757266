package org.reprise.mappers.onetoone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.reprise.api.InvalidInputException;
import org.reprise.api.options.NoOptions;
import org.reprise.testkit.FakeLabelMapperContext;

final class RandomLabelMapperTest {

  @Test
  void drawsWhatTheGloballySeededPermutationGives() {
    int[][] sizes = {{10, 5}, {1000, 10}, {1000, 397}, {32157, 397}, {1, 1}};
    for (long seed : new long[] {0, 1, 42, 20240917, -1, 1L << 40}) {
      for (int[] size : sizes) {
        try (PointerScope scope = new PointerScope();
            RandomLabelMapper mapper = create(size[0], size[1], seed)) {
          torch.manual_seed(seed);
          assertEqual(
              "seed " + seed,
              mapper.state().get("sequence"),
              torch.randperm(size[0]).narrow(0, 0, size[1]));
        }
      }
    }
  }

  /** {@code torch.manual_seed(0); torch.randperm(10)}, as Python prints it. */
  @Test
  void drawsWhatPythonDraws() {
    try (PointerScope scope = new PointerScope();
        RandomLabelMapper mapper = create(10, 10, 0)) {
      assertEqual(
          "seed 0",
          mapper.state().get("sequence"),
          Tensor.create(4L, 1L, 7L, 5L, 3L, 9L, 0L, 8L, 6L, 2L));
    }
  }

  @Test
  void leavesTheGlobalGeneratorAlone() {
    try (PointerScope scope = new PointerScope()) {
      torch.manual_seed(5);
      Tensor expected = torch.rand(3);
      torch.manual_seed(5);
      create(100, 7, 9).close();
      assertEqual("next draw", torch.rand(3), expected);
    }
  }

  @Test
  void refusesFewerSourceThanTargetLabels() {
    assertThatThrownBy(() -> create(3, 4, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("rlm");
  }

  @Test
  void refusesASavedSequenceThatIsNotOneToOne() {
    try (PointerScope scope = new PointerScope();
        RandomLabelMapper mapper = create(5, 3, 0)) {
      Tensor before = mapper.state().get("sequence").clone();
      for (long[] bad : new long[][] {{0, 1, 5}, {0, -1, 2}, {4, 2, 4}}) {
        assertThatThrownBy(() -> mapper.restore(Map.of("sequence", Tensor.create(bad))))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("distinct");
      }
      assertEqual("unchanged", mapper.state().get("sequence"), before);
      assertThat(before.size(0)).isEqualTo(3);
    }
  }

  private static RandomLabelMapper create(int sources, int targets, long seed) {
    return (RandomLabelMapper)
        new RandomLabelMapperFactory()
            .create(new NoOptions(), new FakeLabelMapperContext(sources, targets, seed));
  }
}
