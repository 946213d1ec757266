package org.reprise.api.data;

/** What the framework offers to a data set. */
public interface DatasetContext {

  /**
   * Returns the run's seed.
   *
   * @return the experiment's {@code seed}
   */
  long seed();
}
