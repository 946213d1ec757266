package org.reprise.prompts.additive;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.reprise.api.Capturable;
import org.reprise.api.prompt.InputPromptContext;
import org.reprise.api.prompt.Purpose;

/**
 * Four strips along the edges, added to the normalised image; the corners belong to those above and
 * below. Bahng et al., <i>Exploring Visual Prompts for Adapting Large-Scale Models</i>, 2022, whose
 * strips too start from standard normal values.
 */
final class FramePrompt extends AdditivePrompt implements Capturable {
  private final Tensor up;
  private final Tensor down;
  private final Tensor left;
  private final Tensor right;
  private final long inside;

  /**
   * Makes a prompt.
   *
   * @param context the surroundings; a square input
   * @param pad width of a strip, pixels, less than half the input
   */
  FramePrompt(InputPromptContext context, long pad) {
    super(context, wholeImage(context));
    long side = context.inputSize().height();
    this.inside = side - 2 * pad;
    try (PointerScope scope = new PointerScope()) {
      Generator random = torch.make_generator_cpu(context.seed());
      up = strip("up", random, pad, side);
      down = strip("down", random, pad, side);
      left = strip("left", random, inside, pad);
      right = strip("right", random, inside, pad);
    }
  }

  private Tensor strip(String name, Generator random, long height, long width) {
    return tensors()
        .learn(name, torch.randn(new long[] {1, 3, height, width}, new GeneratorOptional(random)));
  }

  @Override
  Tensor addition(Purpose purpose) {
    TensorOptions like = up.options();
    Tensor hole = torch.zeros(new long[] {1, 3, inside, inside}, like);
    Tensor middle = torch.cat(new TensorVector(left, hole, right), 3);
    return torch.cat(new TensorVector(up, middle, down), 2);
  }
}
