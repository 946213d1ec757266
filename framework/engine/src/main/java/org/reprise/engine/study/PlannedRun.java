package org.reprise.engine.study;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.reprise.engine.config.Trial;
import org.reprise.engine.plan.ExperimentPlan;

/**
 * One run of a study.
 *
 * @param index its place among them, from 0
 * @param label the values of its axes; no other run of the study has it
 * @param axes the value of each axis, by key
 * @param plan its own, one mapper
 * @param trial of which search it is one; empty where nothing is searched
 */
public record PlannedRun(
    int index, String label, Map<String, String> axes, ExperimentPlan plan, Optional<Trial> trial) {
  /** Copies the map, keeping its order. */
  public PlannedRun {
    axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
  }

  /** Makes a run that is no trial of a search. */
  static PlannedRun of(int index, String label, Map<String, String> axes, ExperimentPlan plan) {
    return new PlannedRun(index, label, axes, plan, Optional.empty());
  }

  /** Returns the mapping without its other axes, for a run that is alone. */
  static PlannedRun alone(String label, ExperimentPlan plan) {
    return of(0, label, Map.of("mapping", plan.mappers().get(0).entry().name()), plan);
  }

  /** Returns what an entry of the study is called: the search of a trial, or the run itself. */
  public String entry() {
    return trial.map(Trial::search).orElse(label);
  }
}
