package org.reprise.engine.training;

import java.util.EnumMap;
import java.util.Map;

/**
 * A stopwatch with a lap for each phase. On a GPU a lap says when work was handed over, not when it
 * was done, and is not shown.
 */
final class PhaseTimes {
  private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private long last = System.nanoTime();

  /** Starts a lap that no phase owns. */
  void start() {
    last = System.nanoTime();
  }

  /** Ends the lap and adds it to a phase. */
  void lap(Phase phase) {
    long now = System.nanoTime();
    nanos.merge(phase, now - last, Long::sum);
    last = now;
  }

  /** Returns the seconds of each phase so far, and starts over. */
  Map<Phase, Double> reset() {
    Map<Phase, Double> seconds = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      seconds.put(phase, nanos.getOrDefault(phase, 0L) * 1e-9);
    }
    nanos.clear();
    return seconds;
  }
}
