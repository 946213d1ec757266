package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reprise.engine.results.Axis;
import org.reprise.engine.results.Results;
import org.reprise.engine.results.RunRecord;
import org.reprise.engine.results.RunState;
import org.reprise.engine.results.SessionRecord;

/**
 * What a paper has to state of its runs: machines, hours, runs that came to nothing, data sets.
 *
 * @param complete how many runs are complete
 * @param failed how many ended with an error
 * @param abandoned how many were begun and never completed
 * @param out how many were trials of searches that others won
 * @param unreadable how many cannot be read, so that their hours are not known
 * @param hoursOfRun hours of each complete run, sorted
 * @param machines sessions and hours by device and machine
 * @param lowerBound sessions that did not record their end: of them only recorded epochs count
 * @param dataSets by name
 */
public record ComputeStatement(
    int complete,
    int failed,
    int abandoned,
    int out,
    int unreadable,
    List<Double> hoursOfRun,
    Map<String, Usage> machines,
    int lowerBound,
    Map<String, DataSet> dataSets) {
  private static final double HOUR = 3600;

  /** Copies the collections. */
  public ComputeStatement {
    hoursOfRun = List.copyOf(hoursOfRun);
    machines = Collections.unmodifiableMap(new TreeMap<>(machines));
    dataSets = Collections.unmodifiableMap(new TreeMap<>(dataSets));
  }

  /**
   * Use of one machine.
   *
   * @param sessions starts of runs there
   * @param hours they took
   */
  public record Usage(int sessions, double hours) {}

  /**
   * A data set that runs used.
   *
   * @param splits the sizes of its splits, each way in which runs cut it
   * @param licence in the words of its authors; empty where it is not known
   */
  public record DataSet(TreeSet<String> splits, String licence) {}

  /**
   * Gathers it.
   *
   * @param results every run that was made for the paper
   * @param runs those of them that are asked for
   * @param licences of data sets by name, as far as they are known
   */
  public static ComputeStatement of(
      Results results, Collection<RunRecord> runs, Map<String, String> licences) {
    List<Double> hoursOfRun = new ArrayList<>();
    Map<String, Usage> machines = new LinkedHashMap<>();
    Map<String, DataSet> dataSets = new TreeMap<>();
    int lowerBound = 0;
    for (RunRecord run : runs) {
      double known = run.sessions().stream().flatMapToDouble(s -> s.seconds().stream()).sum();
      long open = run.sessions().stream().filter(s -> s.seconds().isEmpty()).count();
      lowerBound += (int) open;
      double rest = Math.max(0, run.epochs().seconds() - known);
      for (SessionRecord session : run.sessions()) {
        double seconds = session.seconds().orElse(open == 0 ? 0 : rest / open);
        machines.merge(
            session.device() + " of " + session.machine(),
            new Usage(1, seconds / HOUR),
            (a, b) -> new Usage(a.sessions() + b.sessions(), a.hours() + b.hours()));
      }
      if (run.isComplete()) {
        hoursOfRun.add((known + (open == 0 ? 0 : rest)) / HOUR);
      }
      String name = Axis.of(List.of(run), "dataset").label(run);
      dataSets
          .computeIfAbsent(
              name, key -> new DataSet(new TreeSet<>(), licences.getOrDefault(key, "")))
          .splits()
          .add(splits(run));
    }
    hoursOfRun.sort(null);
    return new ComputeStatement(
        count(runs, RunState.COMPLETE),
        count(runs, RunState.FAILED),
        count(runs, RunState.INCOMPLETE),
        count(runs, RunState.OUT),
        results.unreadable().size(),
        hoursOfRun,
        machines,
        lowerBound,
        dataSets);
  }

  private static int count(Collection<RunRecord> runs, RunState state) {
    return (int) runs.stream().filter(run -> run.state() == state).count();
  }

  private static String splits(RunRecord run) {
    List<String> parts = new ArrayList<>();
    for (String split : List.of("train", "validation", "test")) {
      if (run.splitSizes().containsKey(split)) {
        parts.add(split + " " + run.splitSizes().get(split));
      }
    }
    return String.join(", ", parts);
  }

  /** Returns it in sentences, ending in a line feed. */
  public String text() {
    StringBuilder text = new StringBuilder("Compute\n");
    double total = machines.values().stream().mapToDouble(Usage::hours).sum();
    text.append(
        String.format(
            Locale.ROOT,
            "  %d runs in %s hours in all: %d complete, %d failed, %d begun and not completed%s%s.%n",
            complete + failed + abandoned + out,
            hours(total),
            complete,
            failed,
            abandoned,
            out == 0 ? "" : ", " + out + " trials of searches that others won",
            unreadable == 0
                ? ""
                : "; " + unreadable + " more cannot be read and are not in the hours"));
    if (!hoursOfRun.isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  A complete run took %s hours in the median, %s to %s.%n",
              hours(hoursOfRun.get(hoursOfRun.size() / 2)),
              hours(hoursOfRun.get(0)),
              hours(hoursOfRun.get(hoursOfRun.size() - 1))));
    }
    if (lowerBound > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "  Sessions that did not record their end: %d; of them only the recorded epochs"
                  + " count, so the hours are a lower bound.%n",
              lowerBound));
    }
    machines.forEach(
        (machine, usage) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "  %s: %s hours in %d session%s.%n",
                    machine,
                    hours(usage.hours()),
                    usage.sessions(),
                    usage.sessions() == 1 ? "" : "s")));
    text.append("Data sets\n");
    dataSets.forEach(
        (name, data) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "  %s: %s; licence: %s.%n",
                    name,
                    String.join(" or ", data.splits()),
                    data.licence().isEmpty()
                        ? "not known here, state it yourself"
                        : data.licence())));
    return text.toString();
  }

  private static String hours(double hours) {
    return String.format(Locale.ROOT, hours < 0.1 ? "%.4f" : "%.2f", hours);
  }
}
