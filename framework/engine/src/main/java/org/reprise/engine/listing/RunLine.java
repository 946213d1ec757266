package org.reprise.engine.listing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.TrialRecord;
import org.reprise.engine.results.RunRecord;
import org.reprise.engine.results.RunState;
import org.reprise.engine.results.Where;

/**
 * A run in a line.
 *
 * @param folder its name in the folder of the study
 * @param stamp when the folder was written to last; a complete run's is not written to again
 * @param id of the run
 * @param label what people call it
 * @param settings its keys with dots and their values as text, as JSON: read only where asked for
 * @param state how far it is
 * @param epochs trained so far
 * @param planned epochs that it is to train
 * @param lastTest test accuracy of the last epoch, in [0,1]
 * @param selectedTest test accuracy at the selected epoch, in [0,1]
 * @param seconds of all epochs together
 * @param trial which trial of a search, and what became of it; empty for other runs
 */
public record RunLine(
    String folder,
    String stamp,
    String id,
    String label,
    String settings,
    RunState state,
    int epochs,
    int planned,
    OptionalDouble lastTest,
    OptionalDouble selectedTest,
    double seconds,
    String trial) {
  /** Parts of what a run is that are digests of content. */
  private static final Set<String> CONTENT = Set.of("samples", "classes", "inputs", "plugins");

  private static final JsonFactory JSON = new JsonFactory();
  private static final String NAME = ".name";
  private static final String SETTINGS = ",\"settings\":";

  /** Sums up what was read. */
  static RunLine of(RunRecord run, String stamp) {
    Map<String, String> settings = new TreeMap<>();
    run.spec()
        .content()
        .forEach(
            (key, value) -> {
              if (!CONTENT.contains(key)) {
                flatten(key, value, settings);
              }
            });
    return new RunLine(
        run.folder().getFileName().toString(),
        stamp,
        run.id(),
        run.label(),
        JsonFiles.tree(settings).toString(),
        run.state(),
        run.epochs().last().map(last -> last.epoch()).orElse(0),
        run.plannedEpochs(),
        run.epochs().last().map(last -> last.testAccuracy()).orElse(OptionalDouble.empty()),
        run.epochs().selected().map(best -> best.testAccuracy()).orElse(OptionalDouble.empty()),
        run.epochs().seconds(),
        run.trial().map(RunLine::words).orElse(""));
  }

  private static String words(TrialRecord trial) {
    return trial.number()
        + " of "
        + trial.trials()
        + (trial.detail().isEmpty() ? "" : ", ")
        + trial.detail();
  }

  private static void flatten(String key, Object value, Map<String, String> settings) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, item) -> flatten(key + "." + name, item, settings));
    } else {
      settings.put(key, String.valueOf(value));
    }
  }

  /**
   * Reads a line as {@link #json} writes it.
   *
   * @param text the line
   * @param place for messages
   */
  static RunLine parse(String text, String place) {
    int cut = text.indexOf(SETTINGS); // in a text the quotes would have backslashes
    if (cut < 0 || !text.endsWith("}")) {
      throw new InvalidInputException(place + ": a line is cut off");
    }
    Map<String, String> line = flat(text.substring(0, cut) + "}", place);
    return new RunLine(
        line.getOrDefault("folder", ""),
        line.getOrDefault("stamp", ""),
        line.getOrDefault("id", ""),
        line.getOrDefault("label", ""),
        text.substring(cut + SETTINGS.length(), text.length() - 1),
        RunState.valueOf(line.getOrDefault("state", "")),
        Integer.parseInt(line.getOrDefault("epochs", "")),
        Integer.parseInt(line.getOrDefault("planned_epochs", "")),
        number(line.get("test_last")),
        number(line.get("test_selected")),
        Double.parseDouble(line.getOrDefault("seconds", "")),
        line.getOrDefault("trial", ""));
  }

  // without a tree: thousands of lines are read at once
  private static Map<String, String> flat(String text, String place) {
    Map<String, String> values = new HashMap<>();
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        values.put(key, parser.getText());
      }
    } catch (IOException e) {
      throw new InvalidInputException(place + ": not valid JSON", e);
    }
    return values;
  }

  private static OptionalDouble number(String text) {
    return text == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
  }

  /** Writes the line. */
  String json() {
    ObjectNode line = JsonFiles.object();
    line.put("folder", folder).put("stamp", stamp).put("id", id).put("label", label);
    line.put("state", state.name()).put("epochs", epochs).put("planned_epochs", planned);
    lastTest.ifPresent(value -> line.put("test_last", value));
    selectedTest.ifPresent(value -> line.put("test_selected", value));
    line.put("seconds", seconds);
    if (!trial.isEmpty()) {
      line.put("trial", trial);
    }
    String head = line.toString();
    return head.substring(0, head.length() - 1) + SETTINGS + settings + "}";
  }

  /** Returns the keys with dots and their values. */
  Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    JsonFiles.parse(settings, label)
        .fields()
        .forEachRemaining(entry -> keys.put(entry.getKey(), entry.getValue().asText()));
    return keys;
  }

  /** Tells whether the run meets a condition on its keys. */
  boolean meets(Where where) {
    Map<String, String> keys = keys();
    String found = keys.getOrDefault(where.key(), keys.get(where.key() + NAME));
    return found != null && where.asksFor(found);
  }

  /** Tells whether the run has a key. */
  boolean knows(String key) {
    Map<String, String> keys = keys();
    return keys.containsKey(key) || keys.containsKey(key + NAME);
  }

  /** Returns the run directory. */
  Path in(Path study) {
    return study.resolve(folder);
  }
}
