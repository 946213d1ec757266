package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reprise.budget.Shown;
import org.reprise.engine.record.TrialRecord;
import org.reprise.engine.record.TrialRecord.Outcome;
import org.reprise.engine.results.Axes;
import org.reprise.engine.results.Axis;
import org.reprise.engine.results.Results;
import org.reprise.engine.results.RunRecord;
import org.reprise.engine.results.RunState;

/** What a reader of a comparison has to know about the runs, in sentences. */
final class Notes {
  private static final int SHOWN = 5;

  private Notes() {}

  /** Names the runs that are left out because they are not complete or cannot be read. */
  static List<String> of(Results results, Collection<RunRecord> wanted) {
    List<String> notes = new ArrayList<>();
    for (RunState state : List.of(RunState.INCOMPLETE, RunState.FAILED)) {
      List<String> runs =
          wanted.stream()
              .filter(run -> run.state() == state)
              .map(
                  run ->
                      run.folder()
                          + " ("
                          + run.epochs().lines()
                          + " of "
                          + run.plannedEpochs()
                          + " epochs)")
              .toList();
      if (!runs.isEmpty()) {
        notes.add(
            "Left out, "
                + (state == RunState.FAILED ? "failed" : "not complete")
                + ": "
                + some(runs, "run", "runs")
                + ".");
      }
    }
    List<String> searched =
        wanted.stream()
            .flatMap(run -> run.trial().stream())
            .filter(trial -> trial.outcome() == Outcome.WON)
            .map(Notes::words)
            .toList();
    if (!searched.isEmpty()) {
      notes.add(
          "Searched on a validation split, the test split evaluated for the winner alone: "
              + some(searched, "search", "searches")
              + ".");
    }
    List<String> damaged = results.unreadable().stream().map(run -> run.reason()).toList();
    if (!damaged.isEmpty()) {
      notes.add("Left out, not readable: " + some(damaged, "run", "runs") + ".");
    }
    return notes;
  }

  private static String words(TrialRecord trial) {
    return trial.search()
        + ", trial "
        + trial.number()
        + " of "
        + trial.trials()
        + " ("
        + trial.method()
        + "), "
        + String.join(
            ", ",
            trial.values().entrySet().stream()
                .map(value -> value.getKey() + " " + value.getValue())
                .toList());
  }

  /** Says what is not what a reader of the table would expect. */
  static List<String> of(Layout layout, Collection<RunRecord> runs) {
    List<String> notes = new ArrayList<>();
    Axes axes = Axes.of(runs);
    axes.along()
        .forEach(
            (key, block) -> {
              Axis axis = Axis.of(runs, key);
              Axis by = Axis.of(runs, block);
              Map<String, String> values = new TreeMap<>();
              runs.forEach(run -> values.put(by.label(run), axis.label(run)));
              notes.add(
                  key
                      + " goes along with "
                      + block
                      + ": "
                      + some(
                          values.entrySet().stream()
                              .map(value -> value.getValue() + " for " + value.getKey())
                              .toList())
                      + ".");
            });
    if (!layout.superseded().isEmpty()) {
      notes.add(
          "Left out, since a newer run has the same keys and seed: "
              + some(
                  layout.superseded().stream().map(run -> run.folder().toString()).toList(),
                  "run",
                  "runs")
              + ".");
    }
    layout
        .cells()
        .forEach(
            (place, bySeed) -> {
              if (!haveOneTest(bySeed.values())) {
                notes.add(
                    String.join(", ", place.row())
                        + ", "
                        + String.join(", ", place.column())
                        + ": its runs were evaluated on different test samples or classes.");
              }
            });
    Map<String, TreeSet<String>> builds = new TreeMap<>();
    for (RunRecord run : runs) {
      if (run.spec().content().get("plugins") instanceof Map<?, ?> plugins) {
        plugins.forEach(
            (id, digest) ->
                builds.computeIfAbsent("" + id, key -> new TreeSet<>()).add("" + digest));
      }
    }
    builds.forEach(
        (id, digests) -> {
          if (digests.size() > 1) {
            notes.add("The runs were made by " + digests.size() + " builds of plugin " + id + ".");
          }
        });
    return notes;
  }

  private static boolean haveOneTest(Collection<RunRecord> runs) {
    Map<String, Object> seen = new HashMap<>();
    boolean one = true;
    for (RunRecord run : runs) {
      Object classes = run.spec().content().get("classes");
      one &= Objects.equals(seen.getOrDefault("classes", classes), classes);
      seen.put("classes", classes);
      if (run.spec().content().get("samples") instanceof Map<?, ?> samples) {
        for (Map.Entry<?, ?> entry : samples.entrySet()) {
          String key = String.valueOf(entry.getKey());
          if (key.startsWith("test")) {
            one &= seen.getOrDefault(key, entry.getValue()).equals(entry.getValue());
            seen.put(key, entry.getValue());
          }
        }
      }
    }
    return one;
  }

  /** Names some of many, with their number. */
  static String some(Collection<String> names, String one, String many) {
    return names.size() + " " + (names.size() == 1 ? one : many) + ": " + some(names);
  }

  private static String some(Collection<String> names) {
    String shown =
        String.join("; ", names.stream().limit(SHOWN).map(name -> Shown.of(name, 400)).toList());
    return names.size() > SHOWN ? shown + "; and " + (names.size() - SHOWN) + " more" : shown;
  }
}
