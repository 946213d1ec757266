package org.reprise.api.data;

import org.reprise.api.ExtensionContext;

/** What the framework offers to a data set. */
public interface DatasetContext extends ExtensionContext {

  /**
   * Returns the run's seed.
   *
   * @return the experiment's {@code seed}
   */
  long seed();

  /**
   * Says whether only test samples will be asked for, as when a trained run is evaluated on other
   * data. A data set may then do without a training part.
   *
   * @return false unless the framework knows
   */
  default boolean evaluatesOnly() {
    return false;
  }
}
