package org.reprise.api.backbone;

import org.bytedeco.pytorch.Tensor;

/**
 * Runs a network over many batches, and may keep between them what is the same for all of them.
 * Used from one thread at a time, inside the engine's scopes; closed by whoever opened it.
 */
public interface Pass extends AutoCloseable {

  /**
   * Runs one batch.
   *
   * @param input as the prompt made it, on the run's device; autocast may be on; borrowed
   * @return what {@link Backbone#forward} or {@link Head#features} returns for {@link
   *     NetworkInput#whole}; the caller's scope owns it
   */
  Tensor run(NetworkInput input);

  /** Frees what was kept between batches; by default there is nothing. */
  @Override
  default void close() {}
}
