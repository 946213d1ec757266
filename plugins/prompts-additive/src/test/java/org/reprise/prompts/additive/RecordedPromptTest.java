package org.reprise.prompts.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reprise.testkit.TensorAssertions.assertClose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;
import org.reprise.testkit.FakeInputPromptContext;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;
import org.reprise.testkit.TensorAssertions;

/** Recorded outputs and gradients of the published code of VP and LoR-VP. */
@ExtendWith(NativeScope.class)
final class RecordedPromptTest {
  private static final double ROUNDING = 5e-7;

  @Test
  void framesAndPatches() {
    Peer file = Peer.read("vp");
    int cases = 0;
    for (String name : List.of("a", "b", "c", "d")) {
      Peer one = file.of(name);
      int side = one.number("prompt_size");
      InputPromptContext context = context(one.number("size"), Normalization.IDENTITY);
      String kind = one.settings().path("kind").asText();
      try (AdditivePrompt prompt =
          switch (kind) {
            case "padding" -> new FramePrompt(context, side);
            case "fixed_patch" ->
                (AdditivePrompt)
                    new PatchFactory()
                        .create(
                            new PatchOptions(Optional.empty(), side, PatchOptions.Place.FIXED),
                            context);
            case "random_patch" ->
                new PatchPrompt(context, side, Optional.of(forward -> place(one)));
            default -> throw new AssertionError("unknown kind " + kind);
          }) {
        Map<String, Tensor> state = prompt.state();
        for (String tensor : one.names("grad.")) {
          state.get(tensor.replace("pad_", "")).detach().copy_(one.get(tensor));
        }
        Tensor output = prompt.forward(one.get("x"), Purpose.TRAINING).whole();
        assertClose(one + " out", output, one.get("out"), ROUNDING, ROUNDING);
        output.mul(one.get("r")).sum().backward();
        for (String tensor : one.names("grad.")) {
          assertClose(
              one + " gradient of " + tensor,
              state.get(tensor.replace("pad_", "")).grad(),
              one.get("grad." + tensor),
              ROUNDING,
              ROUNDING);
        }
      }
      cases++;
    }
    assertThat(cases).isEqualTo(4);
  }

  private static PatchPlaces.Place place(Peer one) {
    double[] drawn = TensorAssertions.doubles(one.get("row_column"));
    return new PatchPlaces.Place((long) drawn[0], (long) drawn[1]);
  }

  /** The places drawn lie below the bound, differ, and are the same for the same seed. */
  @Test
  void drawsEveryPlaceBelowTheBound() {
    PatchPlaces places = PatchPlaces.random(3, 7);
    PatchPlaces same = PatchPlaces.random(3, 7);
    boolean[][] seen = new boolean[7][7];
    for (int i = 0; i < 1000; i++) {
      PatchPlaces.Place place = places.at(i);
      assertThat(same.at(i)).isEqualTo(place);
      seen[(int) place.row()][(int) place.column()] = true;
    }
    for (boolean[] row : seen) {
      assertThat(row).containsOnly(true);
    }
  }

  @Test
  void lowRank() {
    Peer file = Peer.read("lorvp");
    for (String name : List.of("a", "b", "c")) {
      Peer one = file.of(name);
      InputPromptContext context = context(one.number("size"), normalization(one.settings()));
      try (LowRankPrompt prompt = new LowRankPrompt(context, one.number("rank"), 0.01)) {
        Map<String, Tensor> state = prompt.state();
        state.get("a").detach().copy_(one.get("a"));
        state.get("b").detach().copy_(one.get("b"));
        Tensor output = prompt.forward(one.get("x"), Purpose.TRAINING).whole();
        assertClose(one + " out", output, one.get("out"), 5e-6, 0);
        output.mul(one.get("r")).sum().backward();
        for (String factor : List.of("a", "b")) {
          Tensor expected = one.get("grad." + factor);
          double largest = expected.abs().max().item_double();
          assertClose(
              one + " gradient of " + factor,
              state.get(factor).grad(),
              expected,
              1e-6 * largest,
              0);
        }
      }
    }
  }

  static Normalization normalization(JsonNode settings) {
    return settings.path("mean").isArray()
        ? new Normalization(numbers(settings.get("mean")), numbers(settings.get("std")))
        : Normalization.IDENTITY;
  }

  private static List<Double> numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::doubleValue).toList();
  }

  static InputPromptContext context(int size, Normalization normalization) {
    return new FakeInputPromptContext(
        ImageSize.square(size), ImageSize.square(size), normalization, 1);
  }
}
