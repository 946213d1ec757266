package org.reprise.engine.results;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.identity.RunSpec;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.TrialRecord;

/**
 * Reads the records of one run; what they do not need of {@code provenance.json} is passed over.
 */
final class RunReader {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Set<String> OF_SESSIONS =
      Set.of("started", "device", "machine", "seconds", "failure");
  private static final long MOST_BYTES = 64L << 20;

  private RunReader() {}

  /**
   * Reads a run.
   *
   * @param folder a run directory
   * @throws InvalidInputException if its records are damaged, or it was stopped before it had any
   */
  static RunRecord read(Path folder) throws IOException {
    RunDirectory directory = new RunDirectory(folder);
    Provenance provenance = provenance(directory.provenance());
    Map<String, Object> spec = JsonFiles.map(provenance.spec());
    JsonNode training = provenance.spec().path("training");
    Selection selection =
        selection(directory.provenance(), training.path("selection").asText("last"));
    int planned = training.path("epochs").asInt();
    TrainedEpochs epochs = MetricsReader.read(folder.resolve("metrics.jsonl"), selection);
    List<SessionRecord> sessions = sessions(provenance.sessions());
    boolean complete =
        epochs.last().isPresent()
            && epochs.last().get().epoch() >= planned
            && Files.exists(directory.predictions());
    boolean failed = !sessions.isEmpty() && sessions.get(sessions.size() - 1).failure().isPresent();
    Optional<TrialRecord> trial = TrialRecord.read(directory);
    boolean out = trial.isPresent() && trial.get().outcome() == TrialRecord.Outcome.OUT;
    return new RunRecord(
        folder,
        provenance.texts().getOrDefault("id", ""),
        provenance.texts().getOrDefault("experiment", ""),
        provenance.texts().getOrDefault("label", folder.getFileName().toString()),
        new RunSpec(spec),
        selection,
        planned,
        sizes(provenance.sizes()),
        provenance.counts().getOrDefault("target_labels", 0),
        provenance.counts().getOrDefault("source_labels", 0),
        sessions,
        epochs,
        // a longer search may leave the winner of a shorter one behind
        out
            ? RunState.OUT
            : complete ? RunState.COMPLETE : failed ? RunState.FAILED : RunState.INCOMPLETE,
        trial);
  }

  private static Selection selection(Path file, String name) {
    for (Selection selection : Selection.values()) {
      if (Names.of(selection).equals(name)) {
        return selection;
      }
    }
    throw new InvalidInputException(file + ": damaged: training.selection is \"" + name + "\"");
  }

  /** The parts of {@code provenance.json} that count here. */
  private record Provenance(
      Map<String, String> texts,
      ObjectNode spec,
      JsonNode sizes,
      JsonNode sessions,
      Map<String, Integer> counts) {}

  private static Provenance provenance(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file + ": missing: the run was stopped before its first epoch began");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new InvalidInputException(
          file + ": " + Files.size(file) + " bytes, expected at most " + MOST_BYTES);
    }
    Map<String, String> texts = new HashMap<>();
    Map<String, JsonNode> trees = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    try (JsonParser parser = JSON.createParser(Files.readAllBytes(file))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidInputException(file + ": damaged: expected a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        switch (key) {
          case "id", "experiment", "label" -> texts.put(key, parser.getText());
          case "spec", "split_sizes" -> trees.put(key, parser.readValueAsTree());
          case "sessions" -> trees.put(key, sessions(parser));
          case "target_labels", "source_labels" -> counts.put(key, count(parser));
          default -> parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      String message = e.getOriginalMessage().replaceAll("(?s) \\(start marker.*|\n.*", "");
      throw new InvalidInputException(file + ": not valid JSON: " + message, e);
    }
    if (trees.get("spec") instanceof ObjectNode spec
        && trees.get("sessions") != null
        && !texts.getOrDefault("id", "").isEmpty()) {
      return new Provenance(
          texts,
          spec,
          trees.getOrDefault("split_sizes", JsonFiles.object()),
          trees.get("sessions"),
          counts);
    }
    throw new InvalidInputException(
        file + ": not a provenance of this version: it lacks \"id\", \"spec\" or \"sessions\"");
  }

  /** Reads what counts of each session: its environment and versions are most of the file. */
  private static ArrayNode sessions(JsonParser parser) throws IOException {
    ArrayNode sessions = JSON.createArrayNode();
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return sessions;
    }
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      ObjectNode session = sessions.addObject();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        if (OF_SESSIONS.contains(key)) {
          session.set(key, parser.<JsonNode>readValueAsTree());
        } else {
          parser.skipChildren();
        }
      }
    }
    return sessions;
  }

  private static int count(JsonParser parser) throws IOException {
    int count = 0;
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        parser.skipChildren();
        count++;
      }
    } else {
      parser.skipChildren();
    }
    return count;
  }

  private static Map<String, Long> sizes(JsonNode node) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    node.fields().forEachRemaining(entry -> sizes.put(entry.getKey(), entry.getValue().asLong()));
    return sizes;
  }

  private static List<SessionRecord> sessions(JsonNode nodes) {
    List<SessionRecord> sessions = new ArrayList<>();
    for (JsonNode node : nodes) {
      JsonNode machine = node.path("machine");
      String gpu = machine.path("gpu").asText("");
      sessions.add(
          new SessionRecord(
              node.path("started").asText(""),
              node.path("device").asText(""),
              machine.path("processor").asText("an unrecorded processor")
                  + ", "
                  + machine.path("processors").asText("?")
                  + " cores"
                  + (gpu.isEmpty() ? "" : ", " + gpu),
              node.path("seconds").isNumber()
                  ? OptionalDouble.of(node.path("seconds").asDouble())
                  : OptionalDouble.empty(),
              Optional.ofNullable(node.path("failure").textValue())));
    }
    return sessions;
  }
}
