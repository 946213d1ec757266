package org.reprise.engine.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How a mapping stands at an epoch's end, and how far it has moved since the last one. A column's
 * shares are its absolute entries divided by their sum.
 *
 * @param entropy mean over the target labels of the entropy of their column's shares, bits; 0 for
 *     one source label each
 * @param quartiles lowest, lower quartile, median, upper quartile and highest of these entropies
 * @param changed share of the target labels whose strongest source label is another than an epoch
 *     ago; empty at a run's first epoch
 * @param moved sum of the absolute changes of all entries, divided by the absolute sum of old and
 *     new entries, in [0,1]; empty likewise
 */
public record MappingDrift(
    double entropy, List<Double> quartiles, OptionalDouble changed, OptionalDouble moved) {
  /** Copies the list. */
  public MappingDrift {
    quartiles = List.copyOf(quartiles);
  }

  void put(ObjectNode node) {
    node.put("entropy", entropy);
    quartiles.forEach(node.putArray("entropy_quartiles")::add);
    changed.ifPresent(share -> node.put("changed", share));
    moved.ifPresent(share -> node.put("moved", share));
  }
}
