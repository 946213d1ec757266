package org.reprise.engine.results;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.identity.RunSpec;

/**
 * What the records of one run say.
 *
 * @param folder its run directory
 * @param id of the run
 * @param experiment the experiment's name
 * @param label what people call the run
 * @param spec what the run is
 * @param selection which epoch counts as the selected one
 * @param plannedEpochs epochs that it is to train; 0 to evaluate only
 * @param splitSizes samples by split, e.g. {@code train}
 * @param targetLabels how many target labels, KT
 * @param sourceLabels how many source labels, KS
 * @param sessions each start, in order
 * @param epochs what was trained
 * @param state how far it is
 */
public record RunRecord(
    Path folder,
    String id,
    String experiment,
    String label,
    RunSpec spec,
    Selection selection,
    int plannedEpochs,
    Map<String, Long> splitSizes,
    int targetLabels,
    int sourceLabels,
    List<SessionRecord> sessions,
    TrainedEpochs epochs,
    RunState state) {
  /** Copies the collections. */
  public RunRecord {
    splitSizes = Map.copyOf(splitSizes);
    sessions = List.copyOf(sessions);
  }

  /** Tells whether the run is complete. */
  public boolean isComplete() {
    return state == RunState.COMPLETE;
  }

  /** Returns the run's seed. */
  public long seed() {
    return spec.content().get("seed") instanceof Number seed ? seed.longValue() : 0;
  }
}
