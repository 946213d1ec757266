package org.reprise.engine.store;

/** Is told how many samples are decoded. */
@FunctionalInterface
public interface LoadProgress {

  /** For callers that show no progress. */
  LoadProgress NONE = (done, total) -> {};

  /**
   * Called on the thread that loads, a few times a second and once at the end.
   *
   * @param done samples decoded so far, never less than in the call before
   * @param total all samples
   */
  void decoded(int done, int total);

  /**
   * Called when there is something to know: images were left out, a file of the cache was damaged.
   *
   * @param text for people, one line
   */
  default void note(String text) {}
}
