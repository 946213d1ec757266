package org.reprise.engine.results;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.identity.RunSpec;
import org.reprise.engine.record.TrialRecord;
import org.reprise.engine.record.TrialRecord.Outcome;

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
 * @param trial which trial of a search it is, if one
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
    RunState state,
    Optional<TrialRecord> trial) {
  /** Stands for the value of a key that was searched for. */
  private static final String SEARCHED = "searched";

  /** Copies the collections. */
  public RunRecord {
    splitSizes = Map.copyOf(splitSizes);
    sessions = List.copyOf(sessions);
  }

  /** Tells whether the run is complete. */
  public boolean isComplete() {
    return state == RunState.COMPLETE;
  }

  /**
   * Returns the run as the table of a comparison has it: what was searched for is no setting in
   * which the winners of several searches differ.
   */
  public RunRecord withoutSearched() {
    if (trial.isEmpty() || trial.get().outcome() != Outcome.WON) {
      return this;
    }
    Map<String, Object> content = spec.content();
    for (String key : trial.get().values().keySet()) {
      content = replaced(content, List.of(key.split("\\.")));
    }
    return new RunRecord(
        folder,
        id,
        experiment,
        label,
        new RunSpec(content),
        selection,
        plannedEpochs,
        splitSizes,
        targetLabels,
        sourceLabels,
        sessions,
        epochs,
        state,
        trial);
  }

  private static Map<String, Object> replaced(Map<String, Object> block, List<String> keys) {
    Map<String, Object> changed = new LinkedHashMap<>(block);
    if (keys.size() == 1) {
      changed.put(keys.get(0), SEARCHED);
    } else if (changed.get(keys.get(0)) instanceof Map<?, ?> inside) {
      Map<String, Object> plain = new LinkedHashMap<>();
      inside.forEach((key, value) -> plain.put(String.valueOf(key), value));
      changed.put(keys.get(0), replaced(plain, keys.subList(1, keys.size())));
    }
    return changed;
  }

  /** Returns the run's seed. */
  public long seed() {
    return spec.content().get("seed") instanceof Number seed ? seed.longValue() : 0;
  }
}
