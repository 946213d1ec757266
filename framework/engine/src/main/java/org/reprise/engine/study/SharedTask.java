package org.reprise.engine.study;

import java.nio.file.Path;
import java.util.Optional;
import org.reprise.engine.session.Session;
import org.reprise.engine.training.Model;

/**
 * What worker 0 tells the others of a run.
 *
 * @param epochs that its checkpoint has seen; 0 where there is none
 * @param id of the run as it would be without an origin
 * @param folder its directory, which all workers see
 */
record SharedTask(int epochs, String id, Path folder) {

  /** Describes a run that is open. */
  static SharedTask of(Session session, Model model, int epochs, Path folder) {
    return new SharedTask(epochs, identify(session, model), folder.toAbsolutePath().normalize());
  }

  /** Reads {@link #text}. */
  static SharedTask of(String text) {
    String[] parts = text.split("\n", 3);
    return new SharedTask(Integer.parseInt(parts[0]), parts[1], Path.of(parts[2]));
  }

  /** Returns the run's id as it is where this is asked. */
  String id(Session session, Model model) {
    return identify(session, model);
  }

  private static String identify(Session session, Model model) {
    return RunIdentity.of(session, session.plan(), model, Optional.empty()).spec().id();
  }

  /** Returns it as text. */
  String text() {
    return epochs + "\n" + id + "\n" + folder;
  }
}
