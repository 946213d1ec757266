package org.reprise.engine.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.reprise.engine.config.Names;
import org.reprise.engine.training.EpochResult;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param epoch from 1; 0 for an evaluation without training
 * @param trainLoss mean cross entropy; NaN without training, or where another program trained and
 *     did not say
 * @param trainAccuracy in [0,1]; NaN likewise
 * @param validationAccuracy in [0,1], where evaluated
 * @param testAccuracy in [0,1], where evaluated
 * @param seconds wall time; NaN likewise
 * @param line the line itself, without a line break
 */
public record EpochRecord(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    OptionalDouble validationAccuracy,
    OptionalDouble testAccuracy,
    double seconds,
    String line) {

  public static EpochRecord of(EpochResult result) {
    ObjectNode node = JsonFiles.MAPPER.createObjectNode();
    node.put("epoch", result.epoch() + 1);
    node.put("learning_rate", result.learningRate());
    if (result.epoch() >= 0) {
      node.put("train_loss", result.trainLoss());
      node.put("train_accuracy", result.trainAccuracy());
    }
    result.validationAccuracy().ifPresent(value -> node.put("validation_accuracy", value));
    result.testAccuracy().ifPresent(value -> node.put("test_accuracy", value));
    node.put("samples", result.samples());
    node.put("seconds", result.seconds());
    ObjectNode phases = node.putObject("phase_seconds");
    result.phases().forEach((phase, seconds) -> phases.put(Names.of(phase), seconds));
    OptionalLong memory = PeakMemory.bytes();
    memory.ifPresent(bytes -> node.put("peak_memory_bytes", bytes));
    node.put("time", Instant.now().toString());
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
        optional(node, "train_loss").orElse(Double.NaN),
        optional(node, "train_accuracy").orElse(Double.NaN),
        optional(node, "validation_accuracy"),
        optional(node, "test_accuracy"),
        node.path("seconds").asDouble(Double.NaN),
        line);
  }

  private static OptionalDouble optional(JsonNode node, String key) {
    return node.has(key) ? OptionalDouble.of(node.get(key).asDouble()) : OptionalDouble.empty();
  }
}
