package org.reprise.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.weights.MadeTorchFile.bytes;
import static org.reprise.weights.MadeTorchFile.dict;
import static org.reprise.weights.MadeTorchFile.integer;
import static org.reprise.weights.MadeTorchFile.storage;
import static org.reprise.weights.MadeTorchFile.tensor;
import static org.reprise.weights.MadeTorchFile.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.pickle.Opaque;

/** What nobody needs does not refuse a file, is not made and is not called. */
class OpaqueValuesTest {
  @TempDir private Path folder;

  /** Written by torch itself, see scripts/make-weight-fixtures.py. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "extras-zip.pth",
        "extras-legacy.pth",
        "extras-zip-protocol4.pth",
        "extras-legacy-protocol4.pth"
      })
  void whatTrainingScriptsSaveBesideAStateDict(String name) throws IOException {
    StateDict whole = StateDict.open(StateDictTest.file(name));
    StateDict plain = whole.plain();

    assertThat(plain.names())
        .containsExactly(
            "0.weight",
            "1.weight",
            "1.bias",
            "1.running_mean",
            "1.running_var",
            "1.num_batches_tracked",
            "3.weight",
            "3.bias",
            "tagged");
    try (PointerScope scope = new PointerScope()) {
      assertThat(plain.read("3.weight").sum().item_double()).isEqualTo(31 * 32 / 2);
      assertThat(plain.read("tagged").sum().item_double()).isEqualTo(3);
    }
    Map<String, Object> values = whole.values();
    assertThat(values)
        .containsEntry("counter.60", 2L)
        .containsEntry("args", new Opaque("argparse.Namespace"))
        .containsEntry("dtype", new Opaque("torch.float32"))
        .containsEntry("device", "cpu")
        .containsEntry("size", List.of(1L, 2L))
        .containsEntry("set", List.of(1L, 2L))
        .containsEntry("frozen", List.of(3L))
        .containsEntry("default.a", List.of(1L))
        .containsEntry("path", new Opaque("pathlib.PurePosixPath"))
        .containsEntry("unknown", new Opaque("__main__.Unknown"))
        .containsEntry("class", new Opaque("__main__.Unknown"))
        .containsEntry("text-array", List.of("a", "bc"))
        .containsEntry("keyed.(0, 1)", "pair")
        .containsKey("keyed.an object of torch.float32");
    for (String key : List.of("function", "range", "complex-number", "object-array")) {
      assertThat(values.get(key)).as(key).isInstanceOf(Opaque.class);
    }
    Map<String, TensorInfo> infos = new HashMap<>();
    whole.infos().forEach(info -> infos.put(info.name(), info));
    assertThat(infos.get("complex").shape()).containsExactly(2L, 3L);
    assertThat(infos.get("complex").type()).isEqualTo("complexfloat");
    assertThat(infos.get("quantized").type()).isEqualTo("qint8");
    assertThat(infos.get("sparse").type()).isEqualTo("sparse");
    assertThat(infos.get("sparse").shape()).containsExactly(4L, 4L);
    assertThat(infos.get("uint16").type()).isEqualTo("uint16");
    for (String unread : List.of("complex", "quantized", "sparse", "uint16")) {
      assertThat(infos.get(unread).dtype()).as(unread).isEmpty();
      assertThatThrownBy(() -> whole.read(unread))
          .isInstanceOf(WeightsException.class)
          .hasMessageContainingAll(name, '"' + unread + '"', infos.get(unread).type(), "not read");
      assertThatThrownBy(() -> whole.read(unread, ScalarType.Float))
          .isInstanceOf(WeightsException.class);
      assertThatThrownBy(() -> whole.dtype(unread)).isInstanceOf(WeightsException.class);
    }
  }

  private StateDict open(String... entries) throws IOException {
    Path file = folder.resolve("made.pth");
    try (MadeTorchFile made = new MadeTorchFile(file)) {
      made.stored("a/data.pkl", bytes("\u0080\u0004" + dict(entries) + "."))
          .stored("a/data/0", new byte[16]);
    }
    return StateDict.open(file);
  }

  @Test
  void nothingOfAFileIsCalled() throws IOException {
    Path proof = folder.resolve("called");
    String command = text("touch " + proof);
    List<String> calls =
        List.of(
            "cos\nsystem\n(" + command + "tR",
            "(" + command + "ios\nsystem\n",
            "(cos\nsystem\n" + command + "o",
            text("os") + text("system") + "\u0093(" + command + "t\u0081",
            "cos\nsystem\n(" + command + "t}\u0092",
            "cbuiltins\neval\n(" + command + "tR}b",
            "cos\nsystem\n(" + command + "tR(K\u0001e",
            "\u0082\u0005(" + command + "tR",
            "ccopyreg\n_reconstructor\n(c__main__\nNet\nc__builtin__\nobject\nNtR}b");
    for (String call : calls) {
      StateDict dict = open("w", tensor("0", 4, 0, 4), "extra", call);
      assertThat(dict.names()).as(call).containsExactly("w");
      assertThat(dict.values().get("extra")).as(call).isInstanceOf(Opaque.class);
      try (PointerScope scope = new PointerScope()) {
        assertThat(dict.read("w").numel()).isEqualTo(4);
      }
    }
    String entries = "cos\nsystem\n(" + command + "tR(K\u0001e(" + text("a") + "K\u0002u";
    assertThat(open("w", tensor("0", 4, 0, 4), "extra", entries).values())
        .as("elements and entries, in pickle's order")
        .containsEntry("extra.a", 2L);
    assertThat(proof).doesNotExist();
  }

  @Test
  void anObjectInThePlaceOfATensorIsNamed() throws IOException {
    StateDict dict = open("w", "cevil\nTensor\n)R", "v", tensor("0", 4, 0, 4));
    assertThatThrownBy(() -> dict.read("w"))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("made.pth", "\"w\"", "an object of evil.Tensor");
    WeightMatch match = WeightMatch.of(dict, Map.of("w", new long[] {4}, "v", new long[] {4}));
    assertThat(match.missing()).containsExactly("w [4] (there is an object of evil.Tensor)");
  }

  @Test
  void aNetworkSavedAsItIsIsNamed() throws IOException {
    StateDict dict = open("model", "cmy.models\nNet\n)\u0081}b", "epoch", "K\u0003");
    WeightMatch match = WeightMatch.of(dict.plain(), Map.of("w", new long[] {4}));
    assertThatThrownBy(() -> match.requireExact("x.pth", "net"))
        .hasMessageContainingAll("model: an object of my.models.Net");
    assertThatThrownBy(() -> StateDict.open(StateDictTest.file("whole-module.pth")))
        .hasMessageContainingAll("torch.nn.modules.container.Sequential", "state_dict()");
  }

  @Test
  void tensorsOfNewerKindsAreListed() throws IOException {
    String four = integer(4) + "\u0085" + integer(1) + "\u0085";
    StateDict dict =
        open(
            "w",
            tensor("0", 4, 0, 4),
            "v3",
            "ctorch._utils\n_rebuild_tensor_v3\n("
                + storage("0", 4, "FloatStorage")
                + integer(0)
                + four
                + "\u0089ccollections\nOrderedDict\n)Rctorch\nuint16\nNtR",
            "float8",
            "ctorch._utils\n_rebuild_tensor_v2\n("
                + storage("7", 4, "Float8_e4m3fnStorage")
                + integer(0)
                + four
                + "\u0089ccollections\nOrderedDict\n)RtR",
            "nested",
            "ctorch._utils\n_rebuild_nested_tensor\n(NtR");
    assertThat(dict.names()).containsExactly("w", "v3", "float8");
    assertThat(dict.infos())
        .extracting(TensorInfo::type)
        .containsExactly("float", "torch.uint16", "torch.Float8_e4m3fnStorage");
    assertThat(dict.shape("float8")).containsExactly(4);
    assertThat(dict.values())
        .containsEntry("nested", new Opaque("torch._utils._rebuild_nested_tensor"));
  }

  @Test
  void aTensorOfATypeOfItsOwnIsReadOnceAndNotWithinItself() throws IOException {
    String function = "ctorch._tensor\n_rebuild_from_type_v2\n";
    String inner =
        "("
            + storage("0", 4, "FloatStorage")
            + integer(0)
            + integer(4)
            + "\u0085"
            + integer(1)
            + "\u0085\u0089ccollections\nOrderedDict\n)Rt";
    String tensor = function + "(ctorch._utils\n_rebuild_tensor_v2\ncmy\nTensor\n" + inner + "}tR";
    StateDict dict =
        open(
            "w",
            tensor,
            "deep",
            function
                + ("(" + function + "cmy\nTensor\n").repeat(20_000)
                + ")"
                + "}t".repeat(20_000)
                + "R",
            "int",
            "cbuiltins\nint\n");
    assertThat(dict.names()).containsExactly("w");
    assertThat(dict.shape("w")).containsExactly(4);
    assertThat(dict.values())
        .containsEntry("deep", new Opaque("my.Tensor"))
        .containsEntry("int", new Opaque("builtins.int"));
  }

  @Test
  void namesAreShownWithoutTheirControlCharacters() throws IOException {
    StateDict dict =
        open(
            "\u001b[2J", "cevil\n\u001b]0;x\n)R", "w", tensor("0", 4, 0, 4), "x".repeat(5000), "N");
    assertThatThrownBy(() -> dict.read("\u001b[2J"))
        .hasMessageContaining("\\u001b[2J")
        .hasMessageNotContaining("\u001b")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
  }

  @Test
  void wrappingsWithinWrappingsAreTakenOff() throws IOException {
    String one = tensor("0", 4, 0, 1);
    String two = tensor("0", 4, 1, 1);
    String[] wrappings = {
      "state_dict.model.",
      "model.state_dict.module.",
      "state_dict.module.model.net.",
      "_orig_mod.",
      "module._orig_mod.model._orig_mod.",
      "state_dict.state_dict.state_dict.",
      "net.net.net.",
      "model_state_dict.module.module."
    };
    for (String wrapping : wrappings) {
      StateDict dict =
          open(
              wrapping + "conv.weight",
              one,
              wrapping + "fc._orig_mod.bias",
              two,
              "optimizer",
              dict("state", one),
              "n_averaged",
              two);
      assertThat(dict.plain().names())
          .as(wrapping)
          .containsExactlyInAnyOrder("conv.weight", "fc.bias");
    }
    // a network that has such parts keeps them
    assertThat(open("model.a", one, "head.b", two).plain().names())
        .containsExactly("model.a", "head.b");
    assertThat(open("module.module", one).plain().names()).containsExactly("module");
    assertThat(open("a.b", one, "a._orig_mod.b", two).plain().names())
        .containsExactly("a.b", "a._orig_mod.b");
    Files.delete(folder.resolve("made.pth"));
  }
}
