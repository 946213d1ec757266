package org.reprise.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunListenerContext;

/**
 * A listener's surroundings.
 *
 * @param run which run it will listen to
 * @param notes gets what the listener tells the user
 * @param inputs gets what the listener declares
 */
public record FakeRunListenerContext(Run run, List<String> notes, List<Path> inputs)
    implements RunListenerContext, FakeContext {

  /**
   * Surroundings in which nothing happened yet.
   *
   * @param run which run it will listen to
   */
  public FakeRunListenerContext(Run run) {
    this(run, new ArrayList<>(), new ArrayList<>());
  }
}
