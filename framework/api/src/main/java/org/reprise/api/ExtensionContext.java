package org.reprise.api;

import java.nio.file.Path;

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
}
