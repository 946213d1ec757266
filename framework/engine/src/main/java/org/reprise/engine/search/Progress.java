package org.reprise.engine.search;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How far a trial is.
 *
 * @param epochs trained so far
 * @param validation accuracy on the validation split in [0,1], by epoch, where it was evaluated
 * @param failed whether its last session failed
 */
public record Progress(int epochs, Map<Integer, Double> validation, boolean failed) {
  /** Nothing is trained yet. */
  public static final Progress NONE = new Progress(0, Map.of(), false);

  /** Copies the map. */
  public Progress {
    validation = Collections.unmodifiableMap(new TreeMap<>(validation));
  }

  /**
   * Returns what a trial is judged by: the highest accuracy so far, which chooses the checkpoint of
   * a run as well.
   *
   * @param until the last epoch that counts; what was trained later changes nothing
   * @return in [0,1]; empty where nothing was evaluated
   */
  public OptionalDouble score(int until) {
    return validation.entrySet().stream()
        .filter(entry -> entry.getKey() <= until)
        .mapToDouble(Map.Entry::getValue)
        .max();
  }
}
