package org.reprise.prompts.additive;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
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
final class PatchPrompt extends AdditivePrompt {
  private final PatchPlaces places;
  private final Tensor patch;
  private final Tensor forwards; // of training, so far: int64 []
  private final long size;
  private final long side;

  /**
   * Makes a prompt.
   *
   * @param context the surroundings; a square input
   * @param side of the patch, pixels, at most the input
   * @param places where it lies
   */
  PatchPrompt(InputPromptContext context, long side, PatchPlaces places) {
    super(context, wholeImage(context));
    this.places = places;
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
    PatchPlaces.Place place = places.at(forwards.item_long());
    if (purpose == Purpose.TRAINING) {
      forwards.add_(new Scalar(1));
    }
    long[] pads = {
      place.column(), size - side - place.column(), place.row(), size - side - place.row()
    };
    return torch.constant_pad_nd(patch, pads, new Scalar(0));
  }
}
