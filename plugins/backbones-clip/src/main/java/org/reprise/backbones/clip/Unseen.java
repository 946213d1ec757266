package org.reprise.backbones.clip;

import java.util.List;
import java.util.OptionalLong;
import org.reprise.api.backbone.Normalization;

/**
 * What neither names nor shapes of a model's weights show, and without which they give figures that
 * look right.
 *
 * @param activation of the perceptrons in both towers
 * @param imageHeads of a vision transformer's attention; empty: as the width has it in published
 *     models
 * @param textHeads of the text tower's attention; empty: each 64 wide
 * @param normalization of images
 */
record Unseen(
    Activation activation,
    OptionalLong imageHeads,
    OptionalLong textHeads,
    Normalization normalization) {
  /** OpenAI's images. */
  static final Normalization OPENAI_IMAGES =
      new Normalization(
          List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711));

  /** Returns what OpenAI's models have, but for the activation. */
  static Unseen openAi(Activation activation) {
    return new Unseen(activation, OptionalLong.empty(), OptionalLong.empty(), OPENAI_IMAGES);
  }
}
