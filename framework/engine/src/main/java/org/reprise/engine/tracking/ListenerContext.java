package org.reprise.engine.tracking;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunListenerContext;
import org.reprise.engine.identity.DeclaredInputs;

/**
 * What a listener is made with. No result depends on a file that it declares.
 *
 * @param run which run
 * @param epochsDone where the run stands
 * @param settings of its experiment
 * @param notes is told what the listener has to say
 */
record ListenerContext(
    Run run, int epochsDone, Map<String, String> settings, Consumer<String> notes)
    implements RunListenerContext {

  @Override
  public Path input(Path file) {
    return new DeclaredInputs().declare(file);
  }

  @Override
  public void note(String text) {
    notes.accept(text);
  }
}
