package org.reprise.engine.training;

import java.util.Arrays;
import org.reprise.engine.workers.Workers;

/**
 * The part of a training batch that a worker computes. The shares of all workers add up to 1, so
 * that their weighted losses and gradients add up to those of the whole batch.
 *
 * @param indices which samples, at least one
 * @param counted how many of them count: all, or none where the batch has fewer samples than there
 *     are workers and this one computes a sample only so as to do what the others do
 * @param whole samples of the whole batch
 */
@SuppressWarnings("ArrayRecordComponent") // made for one step and never compared
record Shard(int[] indices, int counted, int whole) {

  /**
   * Cuts a batch.
   *
   * @param batch which samples
   * @param workers who share it, each a run of neighbours, of equal lengths or longer by one
   * @return this one's part; the whole batch where it is alone
   */
  static Shard of(int[] batch, Workers workers) {
    int from = (int) ((long) batch.length * workers.rank() / workers.size());
    int to = (int) ((long) batch.length * (workers.rank() + 1) / workers.size());
    return from == to
        ? new Shard(Arrays.copyOf(batch, 1), 0, batch.length)
        : new Shard(Arrays.copyOfRange(batch, from, to), to - from, batch.length);
  }

  /** Returns the part's weight, 0 to 1. */
  double share() {
    return (double) counted / whole;
  }
}
