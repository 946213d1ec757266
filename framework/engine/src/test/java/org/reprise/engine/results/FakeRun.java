package org.reprise.engine.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.reprise.engine.record.JsonFiles;

/** A run directory as training leaves it, without training. */
public final class FakeRun {
  private final ObjectNode provenance;
  private final StringBuilder metrics = new StringBuilder();
  private int epoch;
  private int[] labels = {};
  private int[] predictions = {};

  /** Begins a run of {@code fake} data with two target labels, planned for as many epochs. */
  public FakeRun(String mapping, long seed, int epochs) {
    provenance =
        (ObjectNode)
            JsonFiles.parse(
                """
                {"id": "", "experiment": "study", "label": "", "spec": {
                  "dataset": {"name": "fake", "train": 8},
                  "backbone": {"name": "net", "output": "logits"},
                  "prompt": {"name": "frame", "size": 48},
                  "mapping": {"name": "", "laplace": 1.0},
                  "training": {"epochs": 0, "selection": "last", "batch-size": 4,
                    "optimizer": {"name": "adam", "lr": 0.01}},
                  "seed": 0, "precision": "fp32", "execution": "plain",
                  "samples": {"test": "aa", "train": "bb"}, "classes": "cc",
                  "inputs": {}, "plugins": {"maker": "dd"}},
                 "split_sizes": {"train": 8, "test": 4},
                 "target_labels": ["x", "y"], "source_labels": ["p", "q", "r"],
                 "sessions": [{"started": "2026-01-01T00:00:00Z", "device": "cpu",
                   "machine": {"processor": "P", "processors": 2}, "seconds": 5.0}]}
                """,
                "fake");
    set("mapping.name", mapping).set("seed", seed).set("training.epochs", epochs);
    provenance.put("label", mapping);
  }

  /** Sets a key of what the run is: a number, a text, a truth value or a map. */
  public FakeRun set(String key, Object value) {
    ObjectNode at = spec();
    String[] parts = key.split("\\.");
    for (int i = 0; i + 1 < parts.length; i++) {
      at = at.withObject("/" + parts[i]);
    }
    at.set(parts[parts.length - 1], JsonFiles.tree(value));
    return this;
  }

  /** Returns the whole of {@code provenance.json}, to be changed. */
  public ObjectNode provenance() {
    return provenance;
  }

  private ObjectNode spec() {
    return (ObjectNode) provenance.get("spec");
  }

  /** Adds an epoch. */
  public FakeRun epoch(double testAccuracy) {
    return epoch(testAccuracy, Map.of());
  }

  /** Adds an epoch with more figures. */
  public FakeRun epoch(double testAccuracy, Map<String, Object> more) {
    ObjectNode line = JsonFiles.object();
    line.put("epoch", ++epoch);
    line.put("test_accuracy", testAccuracy);
    line.put("seconds", 2.0 * epoch);
    line.put("peak_memory_bytes", 1_000_000_000L * epoch);
    line.putObject("phase_seconds").put("data", 0.1);
    more.forEach((key, value) -> line.set(key, JsonFiles.tree(value)));
    metrics.append(line).append('\n');
    return this;
  }

  /** Gives the run predictions of its last epoch. */
  public FakeRun predicts(int[] trueLabels, int[] predicted) {
    labels = trueLabels.clone();
    predictions = predicted.clone();
    return this;
  }

  /** Leaves the predictions out of the file of predictions. */
  public FakeRun withoutPredictions() {
    labels = new int[0];
    return this;
  }

  /** Writes a complete run; its id follows from what it is. */
  public Path write(Path folder) throws IOException {
    writeWithoutResults(folder);
    Files.write(folder.resolve("predictions.safetensors"), safetensors());
    return folder;
  }

  /** Writes a run that has no results yet. */
  public Path writeWithoutResults(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("checkpoints"));
    JsonNode spec = provenance.get("spec");
    provenance.put("id", String.format("%064x", spec.hashCode() & 0xFFFFFFFFL));
    Files.writeString(folder.resolve("provenance.json"), JsonFiles.pretty(provenance));
    Files.writeString(folder.resolve("metrics.jsonl"), metrics);
    return folder;
  }

  private byte[] safetensors() {
    int n = labels.length;
    ObjectNode header = JsonFiles.object();
    if (n == 0) {
      return ByteBuffer.allocate(10)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(2)
          .put("{}".getBytes(StandardCharsets.UTF_8))
          .array();
    }
    tensor(header, "labels", "I64", n, 0, 8 * n);
    tensor(header, "last.predictions", "I64", n, 8 * n, 16 * n);
    tensor(header, "last.probabilities", "F32", n, 16 * n, 20 * n);
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 20 * n).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (int label : labels) {
      bytes.putLong(label);
    }
    for (int prediction : predictions) {
      bytes.putLong(prediction);
    }
    for (int i = 0; i < n; i++) {
      bytes.putFloat(0.75f);
    }
    return bytes.array();
  }

  private static void tensor(
      ObjectNode header, String name, String dtype, int n, int begin, int end) {
    ObjectNode node = header.putObject(name).put("dtype", dtype);
    ArrayNode shape = node.putArray("shape");
    shape.add(n);
    node.putArray("data_offsets").add(begin).add(end);
  }
}
