package org.reprise.engine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunSpecTest {
  // sha256 of {"backbone":{"name":"shapenet"},"samples":["a","b"],"seed":3,"training":{"epochs":7,
  // "optimizer":{"lr":0.01000000000000000020816681711721685133...,"name":"adam"},"shuffle":true}}
  private static final String PINNED =
      "2f88cb272ccba3e95d4f56ee60b217adfd68808fd664583b2125d870e778eab5";

  private static Map<String, Object> content(boolean backwards) {
    Map<String, Object> optimizer = ordered(backwards, "name", "adam", "lr", 0.01);
    Map<String, Object> training =
        ordered(backwards, "epochs", 7, "shuffle", true, "optimizer", optimizer);
    return ordered(
        backwards,
        "backbone",
        Map.of("name", "shapenet"),
        "training",
        training,
        "seed",
        3L,
        "samples",
        List.of("a", "b"));
  }

  private static Map<String, Object> ordered(boolean backwards, Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      int at = backwards ? entries.length - 2 - i : i;
      map.put((String) entries[at], entries[at + 1]);
    }
    return map;
  }

  @Test
  void theIdIsThatOfTheContentWhateverTheOrderOfKeys() {
    assertThat(new RunSpec(content(false)).id()).isEqualTo(PINNED);
    assertThat(new RunSpec(content(true)).id()).isEqualTo(PINNED);
  }

  @Test
  void everyValueCounts() {
    RunSpec spec = new RunSpec(content(false));
    Map<String, Object> other = content(false);
    other.put("seed", 4L);
    assertThat(new RunSpec(other).id()).isNotEqualTo(spec.id());
    other.put("seed", "3");
    assertThat(new RunSpec(other).id()).isNotEqualTo(spec.id());
    other.put("seed", 3.0);
    assertThat(new RunSpec(other).id()).isNotEqualTo(spec.id());
    other.put("seed", 3);
    assertThat(new RunSpec(other).id()).isEqualTo(spec.id());
    other.put("samples", List.of("b", "a"));
    assertThat(new RunSpec(other).id()).isNotEqualTo(spec.id());
  }

  @Test
  void differencesNameKeysWithBothValues() {
    Map<String, Object> now = content(false);
    now.put("seed", 4L);
    now.remove("backbone");
    now.put("precision", "bf16");
    now.put(
        "training",
        Map.of("epochs", 7, "shuffle", true, "optimizer", Map.of("name", "adam", "lr", 0.5)));
    List<RunSpec.Difference> differences =
        new RunSpec(content(false)).differences(new RunSpec(now));
    assertThat(differences)
        .extracting(RunSpec.Difference::toString)
        .containsExactly(
            "backbone.name: shapenet before, nothing now",
            "precision: nothing before, bf16 now",
            "seed: 3 before, 4 now",
            "training.optimizer.lr: 0.01 before, 0.5 now");
    assertThat(new RunSpec(content(false)).differences(new RunSpec(content(true)))).isEmpty();
  }

  @Test
  void theContentIsCopied() {
    Map<String, Object> content = content(false);
    RunSpec spec = new RunSpec(content);
    content.clear();
    assertThat(spec.id()).isEqualTo(PINNED);
  }
}
