package org.reprise.api;

import java.nio.file.Path;
import org.reprise.api.options.Block;

/** What the framework offers to every new extension object. */
public interface ExtensionContext {

  /**
   * Declares a file or folder that the object's results depend on. Every one that an extension
   * reads is declared: its content becomes part of the run's identity and provenance, and of the
   * keys of caches.
   *
   * @param file a file, or a folder with everything below it; usually an option's value
   * @return {@code file}
   * @throws InvalidInputException if it does not exist or cannot be read; the message names it
   */
  Path input(Path file);

  /**
   * Tells the user something that is no error, e.g. that nothing is left to learn. Shown once a run
   * begins.
   *
   * @param text for people; names what it is about
   */
  void note(String text);

  /**
   * Makes another extension, for one that is built around or of it. It is made with surroundings
   * like these; the files that it declares are declared for both.
   *
   * <p>Every kind can be built around one of its own, listeners aside. A prompt or a mapper can
   * also have a {@link org.reprise.api.backbone.Backbone} made, e.g. an encoder beside the run's:
   * it lies on the run's device and chooses the size of its input itself.
   *
   * @param <T> what is made
   * @param block which, usually an option's value
   * @return a new object, held against the API's contract; the caller owns and closes it
   * @throws InvalidInputException if there is none of that name, or its options do not fit
   * @throws UnsupportedOperationException if such surroundings cannot be had here
   */
  default <T> T make(Block<T> block) {
    throw new UnsupportedOperationException(
        "no " + block.kind().getSimpleName() + " can be made here: " + block.name());
  }
}
