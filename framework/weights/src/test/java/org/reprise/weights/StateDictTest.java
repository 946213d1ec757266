package org.reprise.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.safetensors.Safetensors;

/** Files written by torch, see scripts/make-weight-fixtures.py. */
class StateDictTest {
  private static final List<String> STATE =
      List.of(
          "0.weight",
          "1.weight",
          "1.bias",
          "1.running_mean",
          "1.running_var",
          "1.num_batches_tracked",
          "3.weight",
          "3.bias");

  @TempDir private Path folder;

  static Path file(String name) {
    return Path.of("src/test/resources/weights", name);
  }

  private static double[] values(Tensor tensor) {
    Tensor doubles = tensor.to(ScalarType.Double).contiguous();
    double[] values = new double[(int) doubles.numel()];
    if (values.length > 0) {
      new org.bytedeco.javacpp.DoublePointer(doubles.data_ptr()).get(values);
    }
    return values;
  }

  private static double[] counting(int count) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> i);
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dtypes-zip",
        "dtypes-legacy",
        "dtypes-protocol1",
        "dtypes-protocol2",
        "dtypes-protocol3",
        "dtypes-protocol4",
        "dtypes-protocol5",
        "dtypes-legacy-protocol1",
        "dtypes-legacy-protocol2",
        "dtypes-legacy-protocol3",
        "dtypes-legacy-protocol4",
        "dtypes-legacy-protocol5"
      })
  void everyDtypeOfEveryProtocol(String name) throws IOException {
    StateDict dict = StateDict.open(file(name + ".pth"));

    assertThat(dict.names()).hasSize(10);
    try (PointerScope scope = new PointerScope()) {
      for (TensorInfo info : dict.infos()) {
        Tensor tensor = dict.read(info.name());
        assertThat(info.dtype()).as(info.name()).contains(tensor.scalar_type().intern());
        assertThat(tensor.shape()).as(info.name()).containsExactly(2, 3);
        assertThat(dict.shape(info.name())).containsExactly(2, 3);
        double[] expected =
            info.dtype().equals(Optional.of(ScalarType.Bool))
                ? new double[] {0, 1, 1, 1, 1, 1}
                : counting(6);
        assertThat(values(tensor)).as(info.name()).isEqualTo(expected);
        assertThat(info.bytes()).isEqualTo(6L * tensor.element_size());
      }
      assertThat(dict.dtype("float16")).isEqualTo(ScalarType.Half);
      Tensor wide = dict.read("float16", ScalarType.Float);
      assertThat(wide.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(values(wide)).isEqualTo(counting(6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"views-zip.pth", "views-legacy.pth"})
  void viewsOfSharedStorages(String name) throws IOException {
    StateDict dict = StateDict.open(file(name));
    try (PointerScope scope = new PointerScope()) {
      assertThat(values(dict.read("whole"))).isEqualTo(counting(24));
      Tensor transposed = dict.read("transposed");
      assertThat(transposed.shape()).containsExactly(6, 4);
      assertThat(transposed.is_contiguous()).isTrue();
      assertThat(values(transposed.select(0, 5))).containsExactly(5, 11, 17, 23);
      assertThat(values(dict.read("row"))).containsExactly(6, 7, 8, 9, 10, 11);
      assertThat(values(dict.read("column"))).containsExactly(2, 8, 14, 20);
      assertThat(values(dict.read("corner"))).containsExactly(15, 16, 17, 21, 22, 23);
      assertThat(values(dict.read("strided"))).containsExactly(0, 3, 12, 15);
      assertThat(dict.read("scalar").shape()).isEmpty();
      assertThat(values(dict.read("scalar"))).containsExactly(7);
      assertThat(dict.read("empty").shape()).containsExactly(0, 3);
      assertThat(values(dict.read("shared1"))).isEqualTo(counting(5));
      assertThat(values(dict.read("shared2"))).isEqualTo(counting(5));
      assertThat(values(dict.read("expanded"))).containsExactly(1, 1, 1, 1, 1, 1);
      // writing to one tensor read leaves what is read later alone
      dict.read("shared1").zero_();
      assertThat(values(dict.read("shared2"))).isEqualTo(counting(5));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "state-zip.pth, TORCH_ZIP",
    "state-legacy.pth, TORCH_LEGACY",
    "state-deflated.pth, TORCH_ZIP",
    "state.safetensors, SAFETENSORS",
    "sharded.safetensors.index.json, SAFETENSORS_SHARDS"
  })
  void oneStateDictInEveryFormat(String name, WeightFormat format) throws IOException {
    StateDict dict = StateDict.open(file(name));

    assertThat(dict.format()).isEqualTo(format);
    assertThat(dict.names()).containsExactlyInAnyOrderElementsOf(STATE);
    assertThat(dict.plain().names()).isEqualTo(dict.names());
    try (PointerScope scope = new PointerScope()) {
      assertThat(dict.read("0.weight").shape()).containsExactly(2, 3, 3, 3);
      assertThat(values(dict.read("0.weight"))).isEqualTo(counting(54));
      assertThat(values(dict.read("3.weight"))).isEqualTo(counting(32));
      assertThat(values(dict.read("1.running_var"))).containsExactly(1, 1);
      assertThat(values(dict.read("1.num_batches_tracked"))).containsExactly(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"parameters-zip.pth", "parameters-legacy.pth"})
  void parametersAreTensors(String name) throws IOException {
    assertThat(StateDict.open(file(name)).names())
        .containsExactly("0.weight", "1.weight", "1.bias", "3.weight", "3.bias");
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint-zip.pth", "checkpoint-legacy.pth"})
  void checkpointsAreUnwrapped(String name) throws IOException {
    StateDict whole = StateDict.open(file(name));

    assertThat(whole.names())
        .contains("state_dict.module.0.weight", "mapping", "optimizer.state.0.momentum_buffer");
    assertThat(whole.values())
        .containsEntry("epoch", 3L)
        .containsEntry("best_acc", 0.5)
        .containsEntry("best", 0.25)
        .containsEntry("arch", "tiny")
        .containsEntry("lr", List.of(0.1, 0.01))
        .containsEntry("scheduler", null);
    assertThat(whole.plain().names()).containsExactlyElementsOf(STATE);
    assertThat(whole.under("state_dict.").without("module.").names())
        .containsExactlyElementsOf(STATE);
    assertThat(whole.without("state_dict.").names()).contains("module.0.weight", "mapping");
    try (PointerScope scope = new PointerScope()) {
      assertThat(values(whole.plain().read("3.bias"))).isEqualTo(counting(4));
      assertThat(values(whole.read("mapping"))).isEqualTo(counting(3));
      assertThat(whole.dtype("mapping")).isEqualTo(ScalarType.Long);
    }
  }

  @Test
  void anOptimizerBesideTheModelIsLeft() throws IOException {
    assertThat(plainNames("model.a.weight", "model.b", "optimizer.state.0.step", "ema.b"))
        .containsExactlyInAnyOrder("a.weight", "b");
    assertThat(plainNames("net.module.a", "net.module.b")).containsExactlyInAnyOrder("a", "b");
    // a network with a part of that name
    assertThat(plainNames("model.a", "head.b")).containsExactlyInAnyOrder("model.a", "head.b");
    assertThat(plainNames("optimizer.a")).containsExactly("optimizer.a");
  }

  private Set<String> plainNames(String... names) throws IOException {
    Path file = folder.resolve("names.safetensors");
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new TreeMap<>();
      for (String name : names) {
        tensors.put(name, torch.zeros(1));
      }
      new Safetensors(tensors, Map.of()).write(file);
    }
    return StateDict.open(file).plain().names();
  }

  @Test
  void shardsAreCheckedAgainstTheIndex() throws IOException {
    for (String shard : List.of("shard-1-of-2.safetensors", "shard-2-of-2.safetensors")) {
      Files.copy(file(shard), folder.resolve(shard));
    }
    Path index = folder.resolve("x.safetensors.index.json");
    String text = Files.readString(file("sharded.safetensors.index.json"));
    Files.writeString(index, text);
    assertThat(StateDict.open(index).names()).hasSameSizeAs(STATE);
    // every tensor in the first shard, though some lie in the second
    Files.writeString(index, text.replace("shard-2-of-2", "shard-1-of-2"));
    assertThatThrownBy(() -> StateDict.open(index))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("x.safetensors.index.json", "is not in its shard shard-1-of-2");
    for (String map : List.of("{}", "[]", "{\"a\": 3}", "{\"a\": \"\"}", "null")) {
      Files.writeString(index, "{\"weight_map\": " + map + "}");
      assertThatThrownBy(() -> StateDict.open(index))
          .as(map)
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("x.safetensors.index.json");
    }
    Files.writeString(index, "{\"weight_map\": ");
    assertThatThrownBy(() -> StateDict.open(index)).hasMessageContaining("not valid JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scripted.pt", "traced.pt"})
  void torchScriptArchivesAreStateDictsToo(String name) throws IOException {
    StateDict dict = StateDict.open(file(name));

    assertThat(dict.format()).isEqualTo(WeightFormat.TORCHSCRIPT);
    assertThat(dict.names())
        .contains("logit_scale", "context_length")
        .containsAll(STATE.stream().map(tensor -> "visual." + tensor).toList())
        .hasSize(STATE.size() + 2);
    try (PointerScope scope = new PointerScope()) {
      assertThat(values(dict.read("visual.0.weight"))).isEqualTo(counting(54));
      assertThat(values(dict.read("context_length"))).containsExactly(77);
      assertThat(values(dict.read("logit_scale"))).containsExactly(1.5);
    }
  }

  @Test
  void aWholeModuleIsRefusedByName() {
    assertThatThrownBy(() -> StateDict.open(file("whole-module.pth")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("whole-module.pth")
        .hasMessageContaining("torch.nn.modules.container.Sequential");
  }

  @Test
  void unknownTensorsAndFilesAreNamed() throws IOException {
    StateDict dict = StateDict.open(file("state-zip.pth"));
    assertThatThrownBy(() -> dict.read("fc.weight"))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("state-zip.pth", "fc.weight", "0.weight");
    assertThatThrownBy(() -> StateDict.open(folder.resolve("none.pth")))
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> StateDict.open(folder)).hasMessageContaining("a folder");
    Path other = folder.resolve("other.pth");
    for (String text : List.of("", "x", "<html>not found</html>", "{}", "{", "PK", "[1,2,3,4,5]")) {
      Files.writeString(other, text);
      assertThatThrownBy(() -> StateDict.open(other))
          .as(text)
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("other.pth");
    }
    Files.writeString(other, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertThatThrownBy(() -> StateDict.open(other)).hasMessageContaining("git lfs pull");
  }

  @Test
  void missingShardsAreNamed() throws IOException {
    Path index = folder.resolve("sharded.safetensors.index.json");
    Files.copy(file("sharded.safetensors.index.json"), index);
    assertThatThrownBy(() -> StateDict.open(index)).hasMessageContaining("shard-1-of-2");
    Files.writeString(index, "{\"weight_map\":{\"a\":\"../secret\"}}");
    assertThatThrownBy(() -> StateDict.open(index)).hasMessageContaining("no file beside it");
  }
}
