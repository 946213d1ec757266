package org.reprise.prompts.masks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;
import org.reprise.testkit.TensorAssertions;

/** Recorded masks, outputs, gradients and running statistics of the published code. */
@ExtendWith(NativeScope.class)
final class RecordedMaskTest {
  private static final double OUTPUT = 5e-6;
  private static final double GRADIENT = 5e-5; // of the largest value
  private static final String PART = ".weight_0_16"; // of a tensor too large to keep

  @ParameterizedTest
  @ValueSource(strings = {"smm_5layers", "smm_6layers"})
  void masksOutputsAndGradients(String name) {
    Peer file = Peer.read(name);
    for (Peer one : file.cases()) {
      for (Purpose purpose : List.of(Purpose.TRAINING, Purpose.EVALUATION)) {
        try (SmmPrompt prompt = started(file, one)) {
          check(one, purpose, prompt);
        }
      }
    }
  }

  private static void check(Peer one, Purpose purpose, SmmPrompt prompt) {
    boolean training = purpose == Purpose.TRAINING;
    String mode = training ? "train." : "eval.";
    String what = one + " " + mode;
    Map<String, Tensor> state = prompt.state();
    Map<String, Tensor> before = new LinkedHashMap<>();
    state.forEach((key, value) -> before.put(key, value.detach().clone()));
    Tensor output = prompt.forward(one.get("x"), purpose).whole();
    assertClose(what + "out", output, one.get(mode + "out"), OUTPUT, 0);
    output.mul(one.get("r")).sum().backward();
    for (String tensor : one.names(mode + "grad.")) {
      if (training
          && tensor.startsWith("conv")
          && tensor.endsWith(".bias")
          && precedesNorm(tensor)) {
        continue; // zero but for rounding
      }
      boolean part = tensor.endsWith(PART);
      String key = part ? tensor.replace(PART, ".weight") : tensor;
      Tensor gradient = state.get(key.equals("program") ? key : "mask." + key).grad();
      Tensor expected = one.get(mode + "grad." + tensor);
      Tensor ours = gradient.narrow(0, 0, expected.size(0));
      double largest = expected.abs().max().item_double();
      assertClose(what + "gradient of " + tensor, ours, expected, GRADIENT * largest, 0);
    }
    for (String tensor : one.names(mode + "after.")) {
      Tensor expected = one.get(mode + "after." + tensor);
      assertClose(what + "after " + tensor, state.get("mask." + tensor), expected, OUTPUT, 0);
    }
    if (!training) {
      before.forEach((key, value) -> assertEqual(what + key, state.get(key), value));
    } else {
      assertThat(state.get("mask.num_batches_tracked").item_long()).isEqualTo(1);
    }
    Tensor masks = restarted(prompt, before).masks(one.get("x"), training);
    Tensor expected = one.get(mode + "raw_mask");
    assertClose(what + "masks", masks.reshape(expected.shape()), expected, OUTPUT, 0);
  }

  private static boolean precedesNorm(String tensor) {
    return !tensor.startsWith("conv6");
  }

  private static SmmPrompt restarted(SmmPrompt prompt, Map<String, Tensor> state) {
    prompt.restore(state);
    return prompt;
  }

  private static SmmPrompt started(Peer file, Peer one) {
    SmmPrompt prompt =
        new SmmPrompt(
            SmmContractTest.options(
                one.number("layers"), one.number("patch"), one.number("channels")),
            context(one.number("size"), Normalization.IDENTITY));
    Map<String, Tensor> state = prompt.state();
    for (String name : state.keySet()) {
      if (name.startsWith("mask.") && !name.endsWith("num_batches_tracked")) {
        state.get(name).detach().copy_(file.get(name.replaceFirst("mask", "net")));
      }
    }
    state.get("program").detach().copy_(one.get("program"));
    return prompt;
  }

  static InputPromptContext context(int size, Normalization normalization) {
    return new FakeInputPromptContext(
        ImageSize.square(size), ImageSize.square(size), normalization, 1);
  }

  @Test
  void hasAsManyParametersAsThePaperSays() {
    assertThat(count(SmmContractTest.options(5, 8, 3))).isEqualTo(26_499);
    assertThat(count(SmmContractTest.options(6, 8, 3))).isEqualTo(102_339);
  }

  private static long count(SmmOptions options) {
    try (SmmPrompt prompt = new SmmPrompt(options, context(32, Normalization.IMAGENET))) {
      return prompt.parameters().get(1).tensors().stream().mapToLong(Tensor::numel).sum();
    }
  }

  @Test
  void refusesPatchesThatDoNotFit() {
    assertThatThrownBy(() -> SmmContractTest.options(5, 32, 3))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("16");
    assertThatThrownBy(() -> SmmContractTest.options(5, 3, 3))
        .isInstanceOf(InvalidOptionException.class);
    InputPromptContext context = context(20, Normalization.IMAGENET);
    SmmOptions options = SmmContractTest.options(5, 8, 3);
    assertThatThrownBy(() -> new SmmFactory().create(options, context))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("divide 20");
  }

  /** A single value has no variance; running statistics must not become infinite. */
  @Test
  void aBatchOfOneValueIsNormalisedByRunningStatistics() {
    try (SmmPrompt prompt =
        new SmmPrompt(SmmContractTest.options(5, 16, 3), context(16, Normalization.IMAGENET))) {
      prompt.forward(torch.rand(1, 3, 16, 16), Purpose.TRAINING);
      prompt.state().forEach(TensorAssertions::assertFinite);
    }
  }
}
