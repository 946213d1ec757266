package org.reprise.api.run;

/**
 * Listens to a run: records it, shows it, tells others of it.
 *
 * <p>A listener that an experiment names under {@code tracking} lives on a thread of its own: it is
 * made, told in the order of events and closed there, and training does not wait for it. What it
 * does not keep up with it misses: steps first, whole epochs where {@value #PENDING} events wait
 * already. It is not told of {@link RunEvent.Epoch#state}, which lies in the run's checkpoints.
 */
@FunctionalInterface
public interface RunListener extends AutoCloseable {

  /** Events that wait for a listener at most; the end of a run is always told. */
  int PENDING = 64;

  /**
   * Takes in an event.
   *
   * @param event what happened; its tensors are borrowed and valid during the call only
   */
  void on(RunEvent event);

  /**
   * Ends; by default there is nothing to do. A run that neither finished nor failed was stopped,
   * and may go on later.
   */
  @Override
  default void close() {}
}
