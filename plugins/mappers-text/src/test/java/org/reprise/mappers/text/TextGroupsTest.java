package org.reprise.mappers.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.InvalidInputException;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.MatrixMapping;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
final class TextGroupsTest {

  /** Classes may have different numbers of texts, and texts may stand anywhere. */
  @Test
  void attributesOfUnequalBlocksEqualTheRuleAsStated() {
    long seed = System.nanoTime();
    System.out.println("TextGroupsTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 30; round++) {
      int classes = 1 + random.nextInt(4);
      int groups = 1 + random.nextInt(3);
      int k = 1 + random.nextInt(4);
      double alpha = random.nextDouble();
      List<Integer> classOf = new ArrayList<>();
      List<Integer> groupOf = new ArrayList<>();
      for (int i = 0; i < classes * groups; i++) { // one each, then at random
        classOf.add(i % classes);
        groupOf.add(i / classes);
      }
      for (int more = random.nextInt(8); more > 0; more--) {
        int at = random.nextInt(classOf.size() + 1);
        classOf.add(at, random.nextInt(classes));
        groupOf.add(at, random.nextInt(groups));
      }
      try (LabelMapper mapper =
          new AttributesFactory()
              .create(new AttributesOptions(k, alpha), context(classOf, groupOf, classes, 1))) {
        Tensor logits = torch.randn(2, classOf.size()).requires_grad_(true);
        Tensor mapped = mapper.map(logits);
        double[] values = doubles(logits);
        double[] expected = new double[2 * classes];
        for (int i = 0; i < expected.length; i++) {
          int sample = i / classes;
          int target = i % classes;
          for (int g = 0; g < groups; g++) {
            int group = g;
            List<Double> own =
                IntStream.range(0, classOf.size())
                    .filter(s -> classOf.get(s) == target && groupOf.get(s) == group)
                    .mapToObj(s -> values[sample * classOf.size() + s])
                    .sorted(Comparator.reverseOrder())
                    .limit(k)
                    .toList();
            double mean = own.stream().mapToDouble(v -> v).average().orElseThrow();
            double weight = groups == 1 ? 1 : g == 0 ? alpha : (1 - alpha) / (groups - 1);
            expected[i] += weight * mean;
          }
        }
        String what = "seed " + seed + " round " + round;
        assertClose(what, mapped, Tensor.create(expected, 2, classes), 1e-6, 1e-6);
        mapped.sum().backward();
        // all weights of a target label's source labels sum to 1
        assertClose(
            what, logits.grad().sum(), torch.full(new long[0], new Scalar(2.0 * classes)), 1e-5, 0);
      }
    }
  }

  /** Of each view only the texts of its own group count; all others weigh nothing. */
  @Test
  void dvpShowsEachGroupItsView() {
    List<Integer> classes = List.of(0, 1, 0, 1, 0); // class 0: texts 0, 2 and 4
    List<Integer> groups = List.of(0, 0, 1, 1, 1);
    try (LabelMapper mapper =
        new DvpFactory().create(new DvpOptions(2), context(classes, groups, 2, 2))) {
      EvidenceBased evidence = (EvidenceBased) mapper;
      evidence.refit();
      double third = 1 / 3f;
      assertThat(doubles(((MatrixMapping) mapper).matrix()))
          .containsExactly(
              third, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, // the first view: texts 0 and 1
              0, 0, 0, 0, third, 0, 0, 0.5, third, 0); // the second: texts 2, 3 and 4
      // text 2 is most similar in the first view, where it does not count
      float[] image = {1, 9, 9, 0, 0, /* second view */ 9, 9, 2, 0, 3};
      evidence.observe(Tensor.create(image, 1, 10), Tensor.create(new long[] {0}, 1));
      evidence.refit();
      assertThat(doubles(((MatrixMapping) mapper).matrix().select(1, 0)))
          .containsExactly(0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0.5);
    }
  }

  @Test
  void aClassOfFewerThanKTextsHasAllCounted() {
    try (LabelMapper mapper =
        new DvpFactory()
            .create(new DvpOptions(3), context(List.of(0, 0, 0, 1), List.of(0, 0, 0, 0), 2, 1))) {
      EvidenceBased evidence = (EvidenceBased) mapper;
      evidence.observe(torch.randn(5, 4), Tensor.create(new long[] {1, 1, 0, 1, 1}, 5));
      evidence.refit();
      double third = 1 / 3f;
      assertThat(doubles(((MatrixMapping) mapper).matrix()))
          .containsExactly(third, 0, third, 0, third, 0, 0, 1);
    }
  }

  @Test
  void evidenceThatIsNotFiniteIsTold() {
    try (LabelMapper mapper =
        new DvpFactory().create(new DvpOptions(1), context(List.of(0, 1), List.of(0, 0), 2, 1))) {
      Tensor logits = Tensor.create(new float[] {Float.NaN, 1}, 1, 2);
      assertThatThrownBy(
              () -> ((EvidenceBased) mapper).observe(logits, Tensor.create(new long[] {0}, 1)))
          .isInstanceOf(NonFiniteLogitsException.class);
    }
  }

  @Test
  void groupsThatDoNotFitAreRefused() {
    assertThatThrownBy(
            () ->
                new DvpFactory()
                    .create(new DvpOptions(1), context(List.of(0, 1), List.of(0, 0), 2, 3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the prompt has 3 views and the texts are in 1 group(s)");
    assertThatThrownBy(
            () ->
                new AttributesFactory()
                    .create(
                        new AttributesOptions(1, 0.5),
                        context(List.of(0, 1, 0), List.of(0, 0, 1), 2, 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("class \"class 1\" has none in group 2 of 2");
    assertThatThrownBy(
            () -> new DvpFactory().create(new DvpOptions(1), new FakeLabelMapperContext(5, 3, 0)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"dvp\"");
    assertThatThrownBy(() -> new DvpOptions(0)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new AttributesOptions(0, 0.5))
        .isInstanceOf(InvalidOptionException.class);
    for (double alpha : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new AttributesOptions(1, alpha))
          .isInstanceOf(InvalidOptionException.class);
    }
  }

  private static FakeLabelMapperContext context(
      List<Integer> classOf, List<Integer> groupOf, int classes, int views) {
    return new FakeLabelMapperContext(
        IntStream.range(0, classOf.size() * views).mapToObj(i -> "text " + i).toList(),
        IntStream.range(0, classes).mapToObj(i -> "class " + i).toList(),
        List.of(new ScriptedTexts(classOf, groupOf)),
        0);
  }
}
