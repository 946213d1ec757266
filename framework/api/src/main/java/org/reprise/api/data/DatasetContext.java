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
}
