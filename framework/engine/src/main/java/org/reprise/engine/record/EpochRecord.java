package org.reprise.engine.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.RunEvent;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param epoch from 1; 0 for an evaluation without training
 * @param trainLoss mean cross entropy; empty without training, or where another program trained and
 *     did not say
 * @param trainAccuracy in [0,1]; empty likewise
 * @param validationAccuracy in [0,1], where evaluated
 * @param testAccuracy in [0,1], where evaluated
 * @param seconds wall time; empty where another program trained
 * @param peakMemoryBytes of the process that trained it, where the system tells
 * @param line the line itself, without a line break
 */
public record EpochRecord(
    int epoch,
    OptionalDouble trainLoss,
    OptionalDouble trainAccuracy,
    OptionalDouble validationAccuracy,
    OptionalDouble testAccuracy,
    OptionalDouble seconds,
    OptionalLong peakMemoryBytes,
    String line) {

  /**
   * Describes an epoch that was trained here.
   *
   * @param epoch as told
   * @param mapping how the mapping moved, where it is a matrix
   */
  public static EpochRecord of(RunEvent.Epoch epoch, Optional<MappingDrift> mapping) {
    ObjectNode node = JsonFiles.MAPPER.createObjectNode();
    node.put("epoch", epoch.epoch());
    epoch.learningRate().ifPresent(value -> node.put("learning_rate", value));
    epoch.trainLoss().ifPresent(value -> node.put("train_loss", value));
    epoch.trainAccuracy().ifPresent(value -> node.put("train_accuracy", value));
    epoch.validation().ifPresent(found -> put(node, "validation", found));
    epoch.test().ifPresent(found -> put(node, "test", found));
    mapping.ifPresent(drift -> drift.put(node.putObject("mapping")));
    node.put("samples", epoch.samples());
    if (epoch.forwardPasses() > 0) {
      node.put("forward_passes", epoch.forwardPasses());
    }
    node.put("seconds", epoch.seconds());
    ObjectNode phases = node.putObject("phase_seconds");
    epoch.phaseSeconds().forEach(phases::put);
    PeakMemory.bytes().ifPresent(bytes -> node.put("peak_memory_bytes", bytes));
    node.put("time", Instant.now().toString());
    return parse(node.toString(), "");
  }

  private static void put(ObjectNode node, String split, Evaluation found) {
    node.put(split + "_accuracy", found.accuracy());
    node.put(split + "_loss", found.meanLoss());
  }

  /**
   * Adds what the test split says of an epoch that was trained without asking it.
   *
   * @param line as {@link #of} made it
   * @param test the evaluation
   */
  public static EpochRecord tested(String line, Evaluation test) {
    ObjectNode node = (ObjectNode) JsonFiles.parse(line, "checkpoint");
    put(node, "test", test);
    return parse(node.toString(), "");
  }

  /**
   * Describes an epoch that another program trained.
   *
   * @param epoch from 1
   * @param testAccuracy in [0,1]
   */
  public static EpochRecord imported(int epoch, double testAccuracy) {
    ObjectNode node = JsonFiles.MAPPER.createObjectNode();
    node.put("epoch", epoch);
    node.put("test_accuracy", testAccuracy);
    node.put("imported", true);
    node.put("time", Instant.now().toString());
    return parse(node.toString(), "");
  }

  static EpochRecord parse(String line, String place) {
    JsonNode node = JsonFiles.parse(line, place);
    return new EpochRecord(
        node.path("epoch").asInt(),
        optional(node, "train_loss"),
        optional(node, "train_accuracy"),
        optional(node, "validation_accuracy"),
        optional(node, "test_accuracy"),
        optional(node, "seconds"),
        node.has("peak_memory_bytes")
            ? OptionalLong.of(node.get("peak_memory_bytes").asLong())
            : OptionalLong.empty(),
        line);
  }

  private static OptionalDouble optional(JsonNode node, String key) {
    return node.has(key) ? OptionalDouble.of(node.get(key).asDouble()) : OptionalDouble.empty();
  }
}
