package org.reprise.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.reprise.engine.study.Forecast;
import org.reprise.engine.study.Standing;
import org.reprise.engine.study.StudyPlan;

/** What a study will do: a line a run. */
final class PlanTable {
  private PlanTable() {}

  static void print(PrintWriter out, StudyPlan plan, List<Standing> standings) {
    int width =
        Math.max(3, standings.stream().mapToInt(one -> one.run().label().length()).max().orElse(3));
    String row = "%4s  %-8s  %-" + width + "s  %-11s  %s%n";
    Forecast forecast = Forecast.of(standings);
    out.printf(Locale.ROOT, row, "", "id", "run", "state", "will take");
    double seconds = 0;
    int unknown = 0;
    int left = 0;
    for (Standing standing : standings) {
      String takes = "";
      if (standing.state() != Standing.State.COMPLETE) {
        left++;
        OptionalDouble cost = forecast.seconds(standing.run(), standing.epochsLeft());
        takes = cost.isPresent() ? duration(cost.getAsDouble()) : "unknown";
        seconds += cost.orElse(0);
        unknown += cost.isPresent() ? 0 : 1;
      }
      out.printf(
          Locale.ROOT,
          row,
          standing.run().index(),
          standing.id().map(id -> id.substring(0, 8)).orElse("-"),
          standing.run().label(),
          standing.state().name().toLowerCase(Locale.ROOT),
          takes);
    }
    out.printf(
        Locale.ROOT,
        "%d runs, %d to do%s; records: %s%n",
        standings.size(),
        left,
        left == 0 || unknown == left
            ? ""
            : ", about " + duration(seconds) + " one after the other, by what others took",
        plan.folder());
  }

  private static String duration(double seconds) {
    long rounded = Math.round(seconds);
    return rounded >= 3600
        ? String.format(Locale.ROOT, "%dh%02dm", rounded / 3600, rounded / 60 % 60)
        : String.format(Locale.ROOT, "%d:%02d", rounded / 60, rounded % 60);
  }
}
