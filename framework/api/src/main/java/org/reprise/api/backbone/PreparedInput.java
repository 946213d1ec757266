package org.reprise.api.backbone;

import org.reprise.api.data.ImagePreparation;

/**
 * An ability some backbones have: they were trained on images prepared in one certain way, and
 * prompts that show the whole image should prepare images in that way too.
 */
public interface PreparedInput {

  /**
   * Returns that way.
   *
   * @return a preparation to {@link Backbone#inputSize()}; for both training and testing, without
   *     augmentation
   */
  ImagePreparation preparation();
}
