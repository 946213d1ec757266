package org.reprise.engine.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.safetensors.Safetensors;
import org.reprise.safetensors.SafetensorsException;

/**
 * A checkpoint: one safetensors file, whose metadata holds the rest as JSON, so that both are
 * replaced in one rename.
 *
 * @param run id of the run it belongs to
 * @param epochs trained so far
 * @param bestEpoch the epoch selected so far, from 1; 0 for none
 * @param bestScore accuracy that selected it, in [0,1]
 * @param metricsLine the line of {@code metrics.jsonl} of the last epoch
 * @param tensors {@code prompt.*}, {@code mapper.*} as evaluated, {@code mapper.next.*} as
 *     refitted, {@code optimizer.*}; {@code test.*} of the epoch's evaluation, where there was one
 */
public record Checkpoint(
    String run,
    int epochs,
    int bestEpoch,
    double bestScore,
    String metricsLine,
    Map<String, Tensor> tensors) {
  private static final String FORMAT = "reprise-checkpoint-2";

  /** Returns the same checkpoint as another run's; the tensors are shared. */
  public Checkpoint withRun(String id) {
    return new Checkpoint(id, epochs, bestEpoch, bestScore, metricsLine, tensors);
  }

  /** Returns the same checkpoint with another line of metrics and further tensors. */
  public Checkpoint with(String line, Map<String, Tensor> more) {
    Map<String, Tensor> all = new LinkedHashMap<>(tensors);
    all.putAll(more);
    return new Checkpoint(run, epochs, bestEpoch, bestScore, line, all);
  }

  /** Writes {@code <name>.safetensors}. */
  public void write(Path folder, String name) throws IOException {
    ObjectNode json = JsonFiles.MAPPER.createObjectNode();
    json.put("format", FORMAT);
    json.put("run", run);
    json.put("epochs", epochs);
    json.put("best_epoch", bestEpoch);
    json.put("best_score", bestScore);
    json.set("metrics", JsonFiles.parse(metricsLine, name));
    Safetensors file = new Safetensors(tensors, Map.of("checkpoint", json.toString()));
    AtomicFiles.replace(folder.resolve(name + ".safetensors"), file::write);
  }

  /** Tells whether there is a checkpoint. */
  public static boolean exists(Path folder, String name) {
    return Files.isRegularFile(folder.resolve(name + ".safetensors"));
  }

  /**
   * Reads a checkpoint into the caller's scope.
   *
   * @throws InvalidInputException if it is not a valid checkpoint
   */
  public static Checkpoint read(Path folder, String name) {
    Path file = folder.resolve(name + ".safetensors");
    try {
      Safetensors content = Safetensors.read(file);
      String text = content.metadata().get("checkpoint");
      JsonNode json =
          text == null
              ? JsonFiles.MAPPER.createObjectNode()
              : JsonFiles.parse(text, file.toString());
      if (!json.path("format").asText().equals(FORMAT)) {
        throw new InvalidInputException(
            file
                + ": not a checkpoint of this version (format \""
                + json.path("format").asText()
                + "\", expected \""
                + FORMAT
                + "\")");
      }
      return new Checkpoint(
          json.path("run").asText(),
          json.path("epochs").asInt(),
          json.path("best_epoch").asInt(),
          json.path("best_score").asDouble(),
          json.path("metrics").toString(),
          content.tensors());
    } catch (SafetensorsException e) {
      throw new InvalidInputException(e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          file + ": the checkpoint cannot be read: " + e.getMessage(), e);
    }
  }
}
