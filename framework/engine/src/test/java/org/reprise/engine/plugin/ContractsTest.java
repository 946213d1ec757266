package org.reprise.engine.plugin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.ExtensionContext;
import org.reprise.api.Trainable;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.Augmenting;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.UpdateRule;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
class ContractsTest {
  private static final ImageSize SIZE = ImageSize.square(4);

  private static <C extends ExtensionContext, T> void check(Door<C, T> door, T made) {
    FakeExtensions.bound(door, "tint", context -> made).create(null);
  }

  @Test
  void whatIsNoObjectIsRefused() {
    for (Door<?, ?> door : Door.all()) {
      assertRefused(door, null, "create() returned nothing");
    }
  }

  @Test
  void dataSetsHaveLabelsAndASize() {
    Map<String, Object> right = Map.of("labels", List.of("a"), "imageSize", SIZE);
    Dataset dataset = fake(right, Dataset.class);
    assertThatCode(() -> check(Door.DATASET, dataset)).doesNotThrowAnyException();
    assertRefused(
        Door.DATASET, fake(without(right, "labels"), Dataset.class), "labels() returned nothing");
    assertRefused(
        Door.DATASET, fake(with(right, "labels", List.of()), Dataset.class), "labels() is empty");
    assertRefused(
        Door.DATASET,
        fake(with(right, "labels", Arrays.asList("a", null)), Dataset.class),
        "labels() holds nothing for a class");
    assertRefused(
        Door.DATASET,
        fake(without(right, "imageSize"), Dataset.class),
        "imageSize() returned nothing");
  }

  @Test
  void backbonesSayWhatTheyTakeAndReturn() {
    Map<String, Object> right =
        Map.of(
            "sourceLabels",
            2,
            "labels",
            List.of("a", "b"),
            "inputSize",
            SIZE,
            "normalization",
            Normalization.IDENTITY);
    Backbone backbone = fake(right, Backbone.class);
    assertThatCode(() -> check(Door.BACKBONE, backbone)).doesNotThrowAnyException();
    assertRefused(
        Door.BACKBONE, fake(with(right, "sourceLabels", 0), Backbone.class), "sourceLabels() is 0");
    assertRefused(
        Door.BACKBONE,
        fake(with(right, "labels", Arrays.asList("a", null)), Backbone.class),
        "labels() holds nothing for a source label");
    for (String method : List.of("labels", "inputSize", "normalization")) {
      assertRefused(
          Door.BACKBONE,
          fake(without(right, method), Backbone.class),
          method + "() returned nothing");
    }
  }

  @Test
  void promptsAndMappersTrainLeaves() {
    Tensor leaf = torch.zeros(3).requires_grad_(true);
    Map<String, Object> prompt =
        Map.of(
            "preparation",
            ImagePreparation.stretched(SIZE),
            "augmentation",
            new Augmentation(SIZE, true),
            "views",
            1,
            "parameters",
            List.of(ParameterGroup.of(leaf)));
    Map<String, Object> mapper =
        Map.of("evidence", Evidence.EVERY_EPOCH, "parameters", prompt.get("parameters"));
    assertThatCode(() -> check(Door.PROMPT, prompt(prompt))).doesNotThrowAnyException();
    assertThatCode(() -> check(Door.PROMPT, fake(prompt, InputPrompt.class)))
        .doesNotThrowAnyException();
    assertThatCode(() -> check(Door.MAPPER, mapper(with(mapper, "parameters", List.of()))))
        .doesNotThrowAnyException();
    assertThatCode(() -> check(Door.MAPPER, fake(Map.of(), LabelMapper.class)))
        .doesNotThrowAnyException();
    assertRefused(
        Door.PROMPT, prompt(without(prompt, "preparation")), "preparation(TRAIN) returned nothing");
    assertRefused(
        Door.PROMPT, prompt(without(prompt, "augmentation")), "augmentation() returned nothing");
    assertRefused(Door.PROMPT, prompt(with(prompt, "views", 0)), "views() is 0");
    assertRefused(
        Door.PROMPT, prompt(without(prompt, "parameters")), "parameters() returned nothing");
    for (String method : mapper.keySet()) {
      assertRefused(Door.MAPPER, mapper(without(mapper, method)), method + "() returned nothing");
    }
    Tensor freed = torch.zeros(3);
    freed.close();
    Map<Tensor, String> wrong =
        Map.of(
            freed,
            "was freed already",
            torch.zeros(3),
            "requires none",
            leaf.neg(),
            "is the result of an operation",
            torch.zeros(3).to(ScalarType.Double).requires_grad_(true),
            "is Double");
    wrong.forEach(
        (tensor, message) -> {
          Object groups = List.of(ParameterGroup.of(leaf), ParameterGroup.of(tensor));
          assertRefused(Door.PROMPT, prompt(with(prompt, "parameters", groups)), message);
          assertRefused(Door.MAPPER, mapper(with(mapper, "parameters", groups)), message);
        });
    Object twice = List.of(ParameterGroup.of(leaf), ParameterGroup.of(leaf));
    assertRefused(Door.PROMPT, prompt(with(prompt, "parameters", twice)), "a tensor twice");
    Object none = Collections.singletonList(null);
    assertRefused(Door.MAPPER, mapper(with(mapper, "parameters", none)), "holds no group");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void updateRulesHaveAPositiveRate(double rate) {
    assertThatCode(
            () -> check(Door.UPDATE_RULE, fake(Map.of("learningRate", 0.1), UpdateRule.class)))
        .doesNotThrowAnyException();
    assertRefused(
        Door.UPDATE_RULE,
        fake(Map.of("learningRate", rate), UpdateRule.class),
        "learningRate() is " + rate);
  }

  private static InputPrompt prompt(Map<String, Object> returned) {
    return fake(returned, InputPrompt.class, Augmenting.class, Trainable.class);
  }

  private static LabelMapper mapper(Map<String, Object> returned) {
    return fake(returned, LabelMapper.class, EvidenceBased.class, Trainable.class);
  }

  private static <C extends ExtensionContext, T> void assertRefused(
      Door<C, T> door, T made, String message) {
    assertThatThrownBy(() -> check(door, made))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(door.label() + " tint [colours 1.2.0]: ")
        .hasMessageContaining(message);
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> changed = new HashMap<>(map);
    changed.put(key, value);
    return changed;
  }

  private static Map<String, Object> without(Map<String, Object> map, String key) {
    Map<String, Object> changed = new HashMap<>(map);
    changed.remove(key);
    return changed;
  }

  /** An object whose methods return what is given for their names, or null or 1. */
  private static <T> T fake(Map<String, Object> returned, Class<T> type, Class<?>... abilities) {
    Class<?>[] types = new Class<?>[abilities.length + 1];
    types[0] = type;
    System.arraycopy(abilities, 0, types, 1, abilities.length);
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            types,
            (self, method, arguments) ->
                returned.getOrDefault(
                    method.getName(), method.getReturnType() == int.class ? 1 : null)));
  }
}
