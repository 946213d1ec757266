package org.reprise.api.run;

import java.util.Map;
import org.reprise.api.ExtensionContext;

/** What the framework offers to a listener. */
public interface RunListenerContext extends ExtensionContext {

  /**
   * Returns which run it will listen to.
   *
   * @return the run, whose folder exists
   */
  Run run();

  /**
   * Returns where the run stands: what was told of epochs up to here is not told again.
   *
   * @return epochs done before; 0 for a run that begins
   */
  default int epochsDone() {
    return 0;
  }

  /**
   * Returns the run's experiment, defaults filled in.
   *
   * @return values as text by key with dots, e.g. {@code training.epochs}, in the order of the file
   */
  default Map<String, String> settings() {
    return Map.of();
  }
}
