package org.reprise.api.prompt;

import org.reprise.api.data.Augmentation;

/** An ability of prompts: training sees images changed at random. */
public interface Augmenting {

  /**
   * Returns how.
   *
   * @return the same at every call
   */
  Augmentation augmentation();
}
