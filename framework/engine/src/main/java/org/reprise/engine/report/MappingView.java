package org.reprise.engine.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.JsonFiles;

/**
 * A mapping as {@code mapping.safetensors} holds it: the largest entries of each target label, what
 * was counted for them, and an order of labels in which what belongs together stands together.
 */
final class MappingView {
  /** Of so many entries of a label the interval is computed. */
  private static final int INTERVALS = 12;

  private static final double TAIL = 0.025;

  private final RecordedTensors tensors;
  private final int targets;
  private final int kept;
  private final long[] ids;
  private final float[] weights;

  /**
   * Reads a mapping.
   *
   * @param tensors of the file
   * @param sources KS, as the provenance names them
   * @param targets KT, likewise
   * @throws InvalidInputException if they do not fit
   */
  MappingView(RecordedTensors tensors, int sources, int targets) {
    this.tensors = tensors;
    this.targets = targets;
    this.ids = tensors.longs("ids");
    this.weights = tensors.floats("weights");
    if (targets == 0
        || ids.length != weights.length
        || ids.length % targets != 0
        || tensors.floats("sums").length != targets) {
      throw damaged("its tensors do not fit " + targets + " target labels");
    }
    this.kept = ids.length / targets;
    for (long id : ids) {
      if (id < 0 || id >= sources) {
        throw damaged("source label " + id + " of " + sources);
      }
    }
  }

  private InvalidInputException damaged(String why) {
    return new InvalidInputException(tensors.file() + ": damaged: " + why);
  }

  /**
   * Describes it.
   *
   * @param names of all source labels
   * @param priorMass what is spread over a source label's target labels before anything is counted
   */
  ObjectNode json(List<String> names, double priorMass) {
    ObjectNode node = JsonFiles.object();
    node.put("epoch", Integer.parseInt(tensors.metadata().getOrDefault("epoch", "0")));
    node.put("source_labels", names.size());
    boolean counted = tensors.has("counts");
    node.put("counted", counted);
    if (counted) {
      node.put("prior_mass", priorMass);
    }
    float[] sums = tensors.floats("sums");
    Set<Integer> used = new TreeSet<>();
    ArrayNode columns = node.putArray("targets");
    for (int t = 0; t < targets; t++) {
      ObjectNode column = columns.addObject();
      column.put("sum", round(sums[t]));
      if (counted) {
        column.put("samples", round(tensors.floats("target_totals")[t]));
      }
      ArrayNode cells = column.putArray("cells");
      for (int k = 0; k < kept; k++) {
        int at = t * kept + k;
        if (weights[at] == 0) {
          continue;
        }
        int source = (int) ids[at];
        used.add(source);
        ArrayNode cell = cells.addArray().add(source).add(round(weights[at]));
        if (counted) {
          evidence(cell, at, source, k < INTERVALS, priorMass);
        }
      }
    }
    ObjectNode labels = node.putObject("names");
    used.forEach(source -> labels.put(Integer.toString(source), names.get(source)));
    order(node);
    return node;
  }

  /** Adds count, the source label's total, and the ends of the interval. */
  private void evidence(ArrayNode cell, int at, int source, boolean interval, double priorMass) {
    double count = tensors.floats("counts")[at];
    double total = tensors.floats("source_totals")[source];
    cell.add(round(count)).add(round(total));
    double own = count + priorMass / targets;
    double others = total - count + priorMass * (targets - 1) / targets;
    if (interval && own > 0 && others > 0) {
      BetaDistribution share = BetaDistribution.of(own, others);
      cell.add(round(share.inverseCumulativeProbability(TAIL)))
          .add(round(share.inverseSurvivalProbability(TAIL)));
    }
  }

  /**
   * Orders the labels: each target label is followed by the one most like it, of those left; source
   * labels follow their strongest target label.
   */
  private void order(ObjectNode node) {
    List<Map<Integer, Double>> columns = new ArrayList<>();
    for (int t = 0; t < targets; t++) {
      columns.add(unit(t));
    }
    List<Integer> order = new ArrayList<>();
    Set<Integer> left = new LinkedHashSet<>();
    for (int t = 0; t < targets; t++) {
      left.add(t);
    }
    int last = 0;
    left.remove(0);
    order.add(0);
    while (!left.isEmpty()) {
      Map<Integer, Double> from = columns.get(last);
      int next = -1;
      double likest = Double.NEGATIVE_INFINITY;
      for (int t : left) {
        double likeness = dot(from, columns.get(t));
        if (likeness > likest) {
          likest = likeness;
          next = t;
        }
      }
      left.remove(next);
      order.add(next);
      last = next;
    }
    order.forEach(node.putArray("target_order")::add);
    int[] place = new int[targets];
    for (int i = 0; i < targets; i++) {
      place[order.get(i)] = i;
    }
    sources(place).forEach(node.putArray("source_order")::add);
  }

  private List<Integer> sources(int... place) {
    Map<Integer, Integer> strongest = new HashMap<>();
    for (int at = 0; at < ids.length; at++) {
      if (weights[at] != 0) {
        int here = at;
        strongest.merge(
            (int) ids[at],
            at,
            (old, now) -> Math.abs(weights[here]) > Math.abs(weights[old]) ? now : old);
      }
    }
    return strongest.entrySet().stream()
        .sorted(
            Comparator.comparingInt((Map.Entry<Integer, Integer> e) -> place[e.getValue() / kept])
                .thenComparing(e -> -Math.abs(weights[e.getValue()]))
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  private Map<Integer, Double> unit(int target) {
    Map<Integer, Double> column = new HashMap<>();
    double squares = 0;
    for (int at = target * kept; at < (target + 1) * kept; at++) {
      squares += (double) weights[at] * weights[at];
    }
    for (int at = target * kept; at < (target + 1) * kept && squares > 0; at++) {
      column.put((int) ids[at], weights[at] / Math.sqrt(squares));
    }
    return column;
  }

  private static double dot(Map<Integer, Double> a, Map<Integer, Double> b) {
    double sum = 0;
    for (Map.Entry<Integer, Double> entry : a.entrySet()) {
      sum += entry.getValue() * b.getOrDefault(entry.getKey(), 0.0);
    }
    return sum;
  }

  /** Keeps five digits: a page of numbers is to be small. */
  static double round(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return 0;
    }
    double unit = Math.pow(10, 4 - Math.floor(Math.log10(Math.abs(value))));
    return Math.round(value * unit) / unit;
  }
}
