package org.reprise.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.engine.study.StudyOutcome;

/**
 * Ends a process whose runs are recorded but do not come to their end, as a plugin's close() never
 * returns: with what is known of them.
 */
final class EndOfRuns implements RunListener {
  private final List<StudyOutcome.Row> rows = new ArrayList<>();
  private Optional<Run> last = Optional.empty();

  @Override
  public synchronized void on(RunEvent event) {
    if (event instanceof RunEvent.Started started) {
      last = Optional.of(started.run());
    } else if (event instanceof RunEvent.Finished finished) {
      rows.add(
          new StudyOutcome.Row(
              finished.run().label(),
              StudyOutcome.State.COMPLETE,
              Optional.of(finished.summary()),
              ""));
    } else if (event instanceof RunEvent.Failed failed) {
      rows.add(
          new StudyOutcome.Row(
              failed.run().label(), StudyOutcome.State.FAILED, Optional.empty(), failed.reason()));
    }
  }

  /**
   * Prints the table of this call's runs.
   *
   * @param out for the table
   * @param err for what is to be said
   * @return the exit code: 0 where the last run is complete and none failed
   */
  synchronized int show(PrintWriter out, PrintWriter err) {
    err.println("reprise: it is given up, and the process ends");
    if (last.isPresent() && !rows.isEmpty()) {
      ResultTable.print(out, new StudyOutcome(last.get().folder().getParent(), rows));
    }
    boolean complete =
        last.filter(run -> run.index() + 1 == run.count()).isPresent()
            && rows.stream().allMatch(row -> row.state() == StudyOutcome.State.COMPLETE)
            && rows.stream().anyMatch(row -> row.label().equals(last.get().label()));
    if (!complete) {
      err.println("reprise: not everything is done; the same command goes on");
    }
    return complete ? 0 : Main.FAILED;
  }
}
