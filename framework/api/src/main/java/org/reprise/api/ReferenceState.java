package org.reprise.api;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * An ability of prompts and mappers that the published reference code has too: they can take over
 * what it saved of them.
 */
public interface ReferenceState {

  /**
   * Takes over a checkpoint of the reference code ({@code best.pth}).
   *
   * @param checkpoint all its tensors, by dotted names such as {@code visual_prompt_dict.program};
   *     borrowed, in host memory
   * @throws InvalidInputException if what it needs is missing or does not fit; nothing has changed
   *     then
   */
  void restoreReference(Map<String, Tensor> checkpoint);
}
