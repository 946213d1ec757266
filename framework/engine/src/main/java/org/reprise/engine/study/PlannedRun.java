package org.reprise.engine.study;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.reprise.engine.plan.ExperimentPlan;

/**
 * One run of a study.
 *
 * @param index its place among them, from 0
 * @param label the values of its axes; no other run of the study has it
 * @param axes the value of each axis, by key
 * @param plan its own, one mapper
 */
public record PlannedRun(int index, String label, Map<String, String> axes, ExperimentPlan plan) {
  /** Copies the map, keeping its order. */
  public PlannedRun {
    axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
  }

  /** Returns the mapping without its other axes, for a run that is alone. */
  static PlannedRun alone(String label, ExperimentPlan plan) {
    return new PlannedRun(0, label, Map.of("mapping", plan.mappers().get(0).entry().name()), plan);
  }
}
