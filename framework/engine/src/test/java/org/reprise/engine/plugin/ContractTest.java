package org.reprise.engine.plugin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.prompt.InputPrompt;
import org.reprise.api.training.ParameterGroup;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
class ContractTest {
  private static final ImageSize SIZE = ImageSize.square(4);

  private static void check(ExtensionKind kind, Object made) {
    new Contract(new ExtensionEntry(kind, "tint", List.of(), null, "colours", "1.2.0")).check(made);
  }

  @Test
  void whatIsNoObjectIsRefused() {
    for (ExtensionKind kind : ExtensionKind.values()) {
      assertRefused(kind, null, "create() returned nothing");
    }
  }

  @Test
  void dataSetsHaveLabelsAndASize() {
    Map<String, Object> right = Map.of("labels", List.of("a"), "imageSize", SIZE);
    Dataset dataset = fake(Dataset.class, right);
    assertThatCode(() -> check(ExtensionKind.DATASET, dataset)).doesNotThrowAnyException();
    assertRefused(
        ExtensionKind.DATASET,
        fake(Dataset.class, without(right, "labels")),
        "labels() returned nothing");
    assertRefused(
        ExtensionKind.DATASET,
        fake(Dataset.class, with(right, "labels", List.of())),
        "labels() is empty");
    assertRefused(
        ExtensionKind.DATASET,
        fake(Dataset.class, without(right, "imageSize")),
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
    Backbone backbone = fake(Backbone.class, right);
    assertThatCode(() -> check(ExtensionKind.BACKBONE, backbone)).doesNotThrowAnyException();
    assertRefused(
        ExtensionKind.BACKBONE,
        fake(Backbone.class, with(right, "sourceLabels", 0)),
        "sourceLabels() is 0");
    for (String method : List.of("labels", "inputSize", "normalization")) {
      assertRefused(
          ExtensionKind.BACKBONE,
          fake(Backbone.class, without(right, method)),
          method + "() returned nothing");
    }
  }

  @Test
  void promptsAndMappersTrainLeaves() {
    Tensor leaf = torch.zeros(3).requires_grad_(true);
    Map<String, Object> prompt =
        Map.of(
            "preparation", ImagePreparation.stretched(SIZE),
            "augmentation", Optional.empty(),
            "parameters", List.of(new ParameterGroup(List.of(leaf), Optional.empty())));
    Map<String, Object> mapper =
        Map.of("evidence", Evidence.NONE, "parameters", prompt.get("parameters"));
    InputPrompt right = fake(InputPrompt.class, prompt);
    assertThatCode(() -> check(ExtensionKind.PROMPT, right)).doesNotThrowAnyException();
    LabelMapper fixed = fake(LabelMapper.class, with(mapper, "parameters", List.of()));
    assertThatCode(() -> check(ExtensionKind.MAPPER, fixed)).doesNotThrowAnyException();
    for (String method : prompt.keySet()) {
      assertRefused(
          ExtensionKind.PROMPT, fake(InputPrompt.class, without(prompt, method)), method + "(");
    }
    for (String method : mapper.keySet()) {
      assertRefused(
          ExtensionKind.MAPPER,
          fake(LabelMapper.class, without(mapper, method)),
          method + "() returned nothing");
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
          Object groups = List.of(new ParameterGroup(List.of(tensor), Optional.empty()));
          assertRefused(
              ExtensionKind.PROMPT,
              fake(InputPrompt.class, with(prompt, "parameters", groups)),
              message);
          assertRefused(
              ExtensionKind.MAPPER,
              fake(LabelMapper.class, with(mapper, "parameters", groups)),
              message);
        });
  }

  private static void assertRefused(ExtensionKind kind, Object made, String message) {
    assertThatThrownBy(() -> check(kind, made))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(kind.label() + " tint [colours 1.2.0]: ")
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

  /** An object whose methods return what is given for their names, or null. */
  private static <T> T fake(Class<T> type, Map<String, Object> returned) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> returned.get(method.getName())));
  }
}
