package org.reprise.engine.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What runs will take, by what others took: an epoch costs as much as it did in runs that differ in
 * their seed alone, else in all runs of the study. Not thread-safe.
 */
public final class Forecast {
  private static final String SEED = "seed";

  private final Map<Map<String, String>, List<Double>> secondsPerEpoch = new HashMap<>();

  /** Learns from what is done. */
  public static Forecast of(List<Standing> standings) {
    Forecast forecast = new Forecast();
    for (Standing standing : standings) {
      standing
          .summary()
          .flatMap(
              summary ->
                  summary.secondsPerEpoch().isPresent()
                      ? Optional.of(summary.secondsPerEpoch().getAsDouble())
                      : Optional.empty())
          .ifPresent(seconds -> forecast.learn(standing.run(), seconds));
    }
    return forecast;
  }

  /**
   * Learns what a run took.
   *
   * @param run which
   * @param seconds an epoch, median
   */
  public void learn(PlannedRun run, double seconds) {
    secondsPerEpoch.computeIfAbsent(cell(run), key -> new ArrayList<>()).add(seconds);
  }

  /**
   * Returns what a run will take.
   *
   * @param run which
   * @param epochsLeft to train
   * @return seconds; empty where nothing was measured yet
   */
  public OptionalDouble seconds(PlannedRun run, int epochsLeft) {
    List<Double> same = secondsPerEpoch.get(cell(run));
    List<Double> known =
        same != null ? same : secondsPerEpoch.values().stream().flatMap(List::stream).toList();
    OptionalDouble mean = known.stream().mapToDouble(Double::doubleValue).average();
    return mean.isPresent() ? OptionalDouble.of(mean.getAsDouble() * epochsLeft) : mean;
  }

  private static Map<String, String> cell(PlannedRun run) {
    Map<String, String> cell = new HashMap<>(run.axes());
    cell.remove(SEED);
    return cell;
  }
}
