package org.reprise.engine.plugin;

/** Insists that an extension keeps to the API. */
@FunctionalInterface
interface Kept {

  /**
   * Throws unless a rule is kept.
   *
   * @param kept whether
   * @param otherwise what the extension did instead
   * @throws IllegalStateException that names the extension
   */
  void require(boolean kept, String otherwise);
}
