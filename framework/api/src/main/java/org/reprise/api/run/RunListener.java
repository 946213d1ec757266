package org.reprise.api.run;

/**
 * Listens to a run: records it, shows it, tells others of it. Called on the thread that trains, in
 * the order of events.
 */
@FunctionalInterface
public interface RunListener extends AutoCloseable {

  /**
   * Takes in an event.
   *
   * @param event what happened; its tensors are borrowed and valid during the call only
   */
  void on(RunEvent event);

  /** Frees what it holds; by default there is nothing. */
  @Override
  default void close() {}
}
