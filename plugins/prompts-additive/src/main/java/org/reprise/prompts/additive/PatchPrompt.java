package org.reprise.prompts.additive;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.Capturable;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;

/**
 * A square patch added to the normalised image, at one place for the whole batch. Bahng et al.,
 * <i>Exploring Visual Prompts for Adapting Large-Scale Models</i>, 2022.
 *
 * <p>How many places were drawn is part of the state, so that a resumed run goes on with the places
 * it would have had. Passes that nothing learns from see the place that the next training pass will
 * have; the published code draws another one for every test batch.
 */
final class PatchPrompt extends AdditivePrompt implements Capturable {
  private static final PatchPlaces.Place CORNER = new PatchPlaces.Place(0, 0);

  private final Optional<PatchPlaces> drawn;
  private final Tensor patch;
  private final Tensor forwards; // of training, so far: int64 []
  private final long size;
  private final long side;
  private OptionalLong known = OptionalLong.empty(); // forwards, so that none waits for a GPU

  /**
   * Makes a prompt.
   *
   * @param context the surroundings; a square input
   * @param side of the patch, pixels, at most the input
   * @param drawn where it lies; in the upper left corner if nowhere else
   */
  PatchPrompt(InputPromptContext context, long side, Optional<PatchPlaces> drawn) {
    super(context, wholeImage(context));
    this.drawn = drawn;
    this.size = context.inputSize().height();
    this.side = side;
    try (PointerScope scope = new PointerScope()) {
      this.patch =
          tensors()
              .learn(
                  "patch",
                  torch.randn(
                      new long[] {1, 3, side, side},
                      new GeneratorOptional(torch.make_generator_cpu(context.seed()))));
      this.forwards = tensors().keep("forwards", Tensor.create(new long[] {0}));
    }
  }

  @Override
  Tensor addition(Purpose purpose) {
    PatchPlaces.Place place = drawn.map(places -> places.at(count())).orElse(CORNER);
    if (purpose == Purpose.TRAINING) {
      forwards.add_(new Scalar(1));
      known = known.isPresent() ? OptionalLong.of(known.getAsLong() + 1) : known;
    }
    long[] pads = {
      place.column(), size - side - place.column(), place.row(), size - side - place.row()
    };
    return torch.constant_pad_nd(patch, pads, new Scalar(0));
  }

  private long count() {
    if (known.isEmpty()) {
      known = OptionalLong.of(forwards.item_long());
    }
    return known.getAsLong();
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    super.restore(state);
    known = OptionalLong.empty();
  }

  @Override
  public Optional<String> notCapturable() {
    return drawn.map(places -> "the program draws the place of the prompt's patch");
  }
}
