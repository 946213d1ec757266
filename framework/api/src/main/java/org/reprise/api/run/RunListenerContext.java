package org.reprise.api.run;

import org.reprise.api.ExtensionContext;

/** What the framework offers to a listener. */
public interface RunListenerContext extends ExtensionContext {

  /**
   * Returns which run it will listen to.
   *
   * @return the run, whose folder exists
   */
  Run run();
}
