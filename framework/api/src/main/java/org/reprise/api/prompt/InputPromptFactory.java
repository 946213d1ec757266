package org.reprise.api.prompt;

import java.util.Optional;
import org.reprise.api.ExtensionFactory;
import org.reprise.api.data.ImageSize;

/**
 * Makes input prompts.
 *
 * @param <O> the record of options
 */
public interface InputPromptFactory<O extends Record>
    extends ExtensionFactory<O, InputPromptContext, InputPrompt> {

  /**
   * Returns the size of the network input that the options ask for, before any backbone exists.
   *
   * @param options bound options
   * @return the size, or empty to take the backbone's
   */
  Optional<ImageSize> promptSize(O options);
}
