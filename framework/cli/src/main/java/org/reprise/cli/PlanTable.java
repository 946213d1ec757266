package org.reprise.cli;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.Trial;
import org.reprise.engine.search.Rung;
import org.reprise.engine.study.Forecast;
import org.reprise.engine.study.PlannedRun;
import org.reprise.engine.study.SearchStanding;
import org.reprise.engine.study.Standing;
import org.reprise.engine.study.StudyPlan;

/** What a study will do: a line a run, and one for each search. */
final class PlanTable {
  private PlanTable() {}

  static void print(
      PrintWriter out, StudyPlan plan, List<Standing> standings, List<SearchStanding> searches) {
    int width =
        Math.max(3, standings.stream().mapToInt(one -> one.run().label().length()).max().orElse(3));
    String row = "%4s  %-8s  %-" + width + "s  %-11s  %s%n";
    Forecast forecast = Forecast.of(standings);
    out.printf(Locale.ROOT, row, "", "id", "run", "state", "will take");
    Map<String, SearchStanding> trials = new HashMap<>();
    searches.forEach(
        search -> search.trials().forEach(trial -> trials.put(trial.run().label(), search)));
    List<List<PlannedRun>> entries = plan.entries();
    double seconds = 0;
    int unknown = 0;
    int left = 0;
    int entry = 0;
    for (Standing standing : standings) {
      SearchStanding search = trials.get(standing.run().label());
      String takes = search == null ? "" : search.judged(standing.run());
      boolean toDo =
          search == null
              ? standing.state() != Standing.State.COMPLETE
              : search.toDo().contains(standing.run());
      if (toDo) {
        left++;
        OptionalDouble cost = forecast.seconds(standing.run(), standing.epochsLeft());
        if (search == null) {
          takes = cost.isPresent() ? duration(cost.getAsDouble()) : "unknown";
          seconds += cost.orElse(0);
        }
        unknown += cost.isPresent() ? 0 : 1;
      }
      entry += entries.get(entry).contains(standing.run()) ? 0 : 1;
      out.printf(
          Locale.ROOT,
          row,
          entry,
          standing.id().map(id -> id.substring(0, 8)).orElse("-"),
          standing.run().label(),
          search == null
              ? standing.state().name().toLowerCase(Locale.ROOT)
              : search.state(standing.run()),
          takes);
    }
    for (SearchStanding search : searches) {
      out.println(inWords(search));
      seconds +=
          forecast
              .seconds(search.trials().get(0).run(), Math.toIntExact(search.epochsLeft()))
              .orElse(0);
    }
    out.printf(
        Locale.ROOT,
        "%d runs, %d to do%s%s; records: %s%n",
        standings.size(),
        left,
        searches.isEmpty() ? "" : " now",
        left == 0 || unknown == left
            ? ""
            : ", about " + duration(seconds) + " one after the other, by what others took",
        plan.folder());
  }

  private static String inWords(SearchStanding search) {
    Trial first = search.trials().get(0).run().trial().orElseThrow();
    return String.format(
        Locale.ROOT,
        "search %s: %s, %d trials: %s; %d epochs in all, %d left",
        first.search(),
        Names.of(first.options().method()),
        first.options().trials(),
        search.rungs().stream()
            .map(rung -> rung.trials() + " to epoch " + rung.epochs())
            .collect(Collectors.joining(", ")),
        Rung.epochs(search.rungs()),
        search.epochsLeft());
  }

  private static String duration(double seconds) {
    long rounded = Math.round(seconds);
    return rounded >= 3600
        ? String.format(Locale.ROOT, "%dh%02dm", rounded / 3600, rounded / 60 % 60)
        : String.format(Locale.ROOT, "%d:%02d", rounded / 60, rounded % 60);
  }
}
