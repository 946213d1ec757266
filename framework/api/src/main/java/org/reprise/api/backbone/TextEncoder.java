package org.reprise.api.backbone;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * An ability of vision-language backbones: they embed any text, not only those that are their
 * source labels. A mapper that compares names has such a backbone made beside the run's ({@link
 * org.reprise.api.ExtensionContext#make}).
 */
public interface TextEncoder {

  /**
   * Embeds texts.
   *
   * @param texts as they are; at least one
   * @return {@code [texts,D]} float32 on the run's device, rows of length 1 in the order of the
   *     texts; the caller's scope owns it
   * @throws org.reprise.api.InvalidInputException if a text is too long for the model
   */
  Tensor encode(List<String> texts);
}
