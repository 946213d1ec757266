package org.reprise.mappers.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.ClassTexts;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.options.NoOptions;
import org.reprise.testkit.FakeLabelMapperContext;

final class TextLabelMapperTest {
  private PointerScope scope;

  @BeforeEach
  void open() {
    Loader.load(torch.class);
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void aTargetIsTheMeanOfTheSourcesThatSpeakOfIt() {
    try (TextLabelMapper mapper =
        create(List.of("a cat", "a dog", "the cat", "the dog"), speaking(0, 1, 0, 1))) {
      assertThat(mapper).isNotInstanceOf(EvidenceBased.class);
      assertThat(doubles(mapper.matrix())).containsExactly(0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5);
      Tensor logits = torch.tensor(1f, 2f, 5f, 8f).reshape(1, 4);
      assertThat(doubles(mapper.map(logits))).containsExactly(3, 5);
    }
  }

  @Test
  void namesAreComparedWhereTheBackboneDoesNotSay() {
    try (TextLabelMapper mapper = create(List.of("tench", "DOG", "Cat", "house"), List.of())) {
      assertThat(doubles(mapper.matrix())).containsExactly(0, 0, 0, 1, 1, 0, 0, 0);
    }
  }

  @Test
  void namesThatOnlyLookAlikeAreOne() {
    List<String> targets = List.of("cafe\u0301", "lady\u2019s slipper");
    try (TextLabelMapper mapper =
        create(List.of("Lady's-Slipper", "CAF\u00c9", "cafe"), targets, List.of())) {
      assertThat(doubles(mapper.matrix())).containsExactly(0, 1, 1, 0, 0, 0);
    }
  }

  @Test
  void aTargetWithoutASourceIsAnErrorWithTheNearestName() {
    assertThatThrownBy(() -> create(List.of("cat", "doge", "house"), List.of()).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1 of 2 have none, first \"dog\" (the nearest is \"doge\")");
  }

  @Test
  void savedClassesOutsideTheTaskAreRefused() {
    try (TextLabelMapper mapper = create(List.of("cat", "dog"), speaking(0, 1))) {
      for (int[] bad : new int[][] {{0, 2}, {-2, 1}, {0, 0}}) {
        assertThatThrownBy(() -> mapper.restore(Map.of("classes", Tensor.create(bad, 2))))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("\"classes\"");
      }
      assertThat(doubles(mapper.matrix())).containsExactly(1, 0, 0, 1);
    }
  }

  /** Two views have the texts of the backbone twice. */
  @Test
  void everyViewHasTheSameTexts() {
    try (TextLabelMapper mapper =
        create(List.of("1: cat", "1: dog", "2: cat", "2: dog"), speaking(0, 1))) {
      assertThat(doubles(mapper.matrix())).containsExactly(0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5);
    }
  }

  private static List<Object> speaking(Integer... classes) {
    ClassTexts texts = () -> List.of(classes);
    return List.of(texts);
  }

  private static TextLabelMapper create(List<String> sources, List<Object> abilities) {
    return create(sources, List.of("cat", "dog"), abilities);
  }

  private static TextLabelMapper create(
      List<String> sources, List<String> targets, List<Object> abilities) {
    return (TextLabelMapper)
        new TextFactory()
            .create(new NoOptions(), new FakeLabelMapperContext(sources, targets, abilities, 3));
  }
}
