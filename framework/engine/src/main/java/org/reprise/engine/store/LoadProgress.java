package org.reprise.engine.store;

/** Hears how decoding goes on. */
@FunctionalInterface
public interface LoadProgress {

  /** Hears nothing. */
  LoadProgress NONE = (done, total) -> {};

  /**
   * Called on the thread that loads, a few times a second and once at the end.
   *
   * @param done samples decoded so far, never less than in the call before
   * @param total all samples
   */
  void decoded(int done, int total);

  /**
   * Called when images were left out.
   *
   * @param text how many, and why the first
   */
  default void leftOut(String text) {}
}
