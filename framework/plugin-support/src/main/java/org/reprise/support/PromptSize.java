package org.reprise.support;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.ImageSize;
import org.reprise.api.prompt.InputPromptContext;

/** Sizes of prompts: the side of the square network input, and what a batch must have. */
public final class PromptSize {
  private PromptSize() {}

  /**
   * Settles the size.
   *
   * @param prompt what error messages call the prompt
   * @param option the option {@code size}
   * @param context knows the backbone's input size
   * @return the side, pixels
   * @throws InvalidInputException if the two differ, or the input is not square
   */
  public static int of(String prompt, Optional<Integer> option, InputPromptContext context) {
    ImageSize input = context.inputSize();
    if (input.height() != input.width()) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" makes square images, but the backbone takes %s", prompt, input));
    }
    if (option.isPresent() && option.get() != input.height()) {
      throw new InvalidInputException(
          String.format(
              "prompt \"%s\" has size %d, but the backbone takes %s; leave size out to take the"
                  + " backbone's",
              prompt, option.get(), input));
    }
    return input.height();
  }

  /**
   * Refuses a batch of another size.
   *
   * @param expected height and width, pixels
   * @param images should be {@code [N,3,h,w]}; borrowed
   * @throws IllegalArgumentException if they are not of that size
   */
  public static void require(ImageSize expected, Tensor images) {
    if (images.dim() != 4
        || images.size(1) != 3
        || images.size(2) != expected.height()
        || images.size(3) != expected.width()) {
      throw new IllegalArgumentException(
          String.format(
              "images are %s, expected [N, 3, %d, %d]",
              Arrays.toString(images.shape()), expected.height(), expected.width()));
    }
  }
}
