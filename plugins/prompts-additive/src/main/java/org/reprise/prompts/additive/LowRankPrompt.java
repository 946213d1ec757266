package org.reprise.prompts.additive;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.Capturable;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;

/**
 * A product of two thin matrices for each colour, {@code B · A}, added to the image before it is
 * normalised. Jin et al., <i>LoR-VP: Low-Rank Visual Prompting for Efficient Vision Model
 * Adaptation</i>, ICLR 2025. As B starts at zero, the first step moves B only.
 */
final class LowRankPrompt extends AdditivePrompt implements Capturable {
  private final Tensor b;
  private final Tensor a;

  /**
   * Makes a prompt.
   *
   * @param context the surroundings; a square input
   * @param rank of the factors, at least 1
   * @param deviation of A's first values
   */
  LowRankPrompt(InputPromptContext context, long rank, double deviation) {
    super(context, wholeImage(context));
    long side = context.inputSize().height();
    try (PointerScope scope = new PointerScope()) {
      b = tensors().learn("b", torch.zeros(3, side, rank));
      a =
          tensors()
              .learn(
                  "a",
                  torch
                      .randn(
                          new long[] {3, rank, side},
                          new GeneratorOptional(torch.make_generator_cpu(context.seed())))
                      .mul(new Scalar(deviation)));
    }
  }

  @Override
  Tensor addition(Purpose purpose) {
    return b.bmm(a).unsqueeze(0).div(std());
  }
}
