package org.reprise.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunListenerContext;

/**
 * A listener's surroundings.
 *
 * @param run which run it will listen to
 * @param epochsDone where the run stands
 * @param settings of the run's experiment
 * @param notes gets what the listener tells the user
 * @param inputs gets what the listener declares
 */
public record FakeRunListenerContext(
    Run run, int epochsDone, Map<String, String> settings, List<String> notes, List<Path> inputs)
    implements RunListenerContext, FakeContext {

  /**
   * Surroundings in which nothing happened yet.
   *
   * @param run which run it will listen to
   */
  public FakeRunListenerContext(Run run) {
    this(run, 0);
  }

  /**
   * Surroundings of a run that goes on.
   *
   * @param run which run it will listen to
   * @param epochsDone where it stands
   */
  public FakeRunListenerContext(Run run, int epochsDone) {
    this(run, epochsDone, experiment(run), new ArrayList<>(), new ArrayList<>());
  }

  private static Map<String, String> experiment(Run run) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("name", "tiny");
    settings.put("mapping.name", run.label());
    settings.put("training.epochs", Integer.toString(run.epochs()));
    return settings;
  }
}
