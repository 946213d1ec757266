package org.reprise.engine.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.compare.Comparison;
import org.reprise.engine.compare.JsonFormat;
import org.reprise.engine.compare.Question;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.results.Axis;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Results;

/** What a page shows of the runs in an experiment's folder. */
final class StudyView {
  /** Of so many runs the figures of each epoch are shown. */
  private static final int CURVES = 60;

  /** Parts of what a run is that are digests of content and no settings. */
  private static final Set<String> CONTENT =
      Set.of("samples", "inputs", "plugins", "classes", "origin");

  private StudyView() {}

  /**
   * Reads the runs, complete or begun.
   *
   * @throws InvalidInputException if there is none
   */
  static ObjectNode of(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder + (Files.exists(folder) ? ": a file, not a folder" : ": no such folder"));
    }
    List<Path> runs =
        RunDirectory.runsIn(folder).stream()
            .filter(run -> Files.isRegularFile(new RunDirectory(run).provenance()))
            .toList();
    if (runs.isEmpty()) {
      throw new InvalidInputException(
          folder + ": neither a run directory nor a folder that holds some");
    }
    ObjectNode node = JsonFiles.object();
    node.put("format", "reprise-report-1");
    node.put("kind", "study");
    node.put("experiment", RunView.name(folder));
    ArrayNode list = node.putArray("runs");
    ArrayNode unreadable = node.putArray("unreadable");
    List<Map<String, String>> settings = new ArrayList<>();
    for (Path path : runs) {
      try {
        ObjectNode run = RunView.summary(path, list.size() < CURVES);
        settings.add(settings(run.remove("spec")));
        list.add(run);
      } catch (InvalidInputException e) {
        unreadable
            .addObject()
            .put("folder", RunView.name(path))
            .put("why", MachinePaths.shortened(String.valueOf(e.getMessage())));
      }
    }
    if (list.isEmpty()) {
      throw new InvalidInputException(
          folder + ": no run in it can be read: " + unreadable.at("/0/why").asText());
    }
    tellApart(list, settings);
    node.set("comparison", MachinePaths.shortened(comparison(folder)));
    return node;
  }

  private static Map<String, String> settings(JsonNode spec) {
    Map<String, String> settings = new TreeMap<>();
    spec.properties()
        .forEach(
            part -> {
              if (!CONTENT.contains(part.getKey())) {
                flatten(settings, part.getKey(), part.getValue());
              }
            });
    return settings;
  }

  private static void flatten(Map<String, String> settings, String key, JsonNode value) {
    if (value.isObject() && !value.isEmpty()) {
      value
          .properties()
          .forEach(field -> flatten(settings, key + "." + field.getKey(), field.getValue()));
    } else {
      settings.put(key, MachinePaths.shortened(value.asText(value.toString())));
    }
  }

  /**
   * Adds to each run what it has otherwise than others, and the number of its group: runs that
   * differ in nothing but the seed are one.
   */
  private static void tellApart(ArrayNode runs, List<Map<String, String>> settings) {
    Set<String> keys = new TreeSet<>();
    settings.forEach(one -> keys.addAll(one.keySet()));
    keys.removeIf(
        key -> settings.stream().map(one -> one.getOrDefault(key, "–")).distinct().count() == 1);
    Map<Map<String, String>, Integer> groups = new HashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      ObjectNode run = (ObjectNode) runs.get(i);
      ObjectNode own = run.putObject("settings");
      Map<String, String> method = new TreeMap<>();
      for (String key : keys) {
        String value = settings.get(i).getOrDefault(key, "–");
        own.put(key, value);
        if (!key.equals(Axis.SEED)) {
          method.put(key, value);
        }
      }
      run.put("group", groups.computeIfAbsent(method, any -> groups.size()));
    }
  }

  /** Returns the table and the claims of a comparison, as {@code reprise compare} makes them. */
  private static JsonNode comparison(Path folder) throws IOException {
    try {
      // absolute, so that the page says the same whatever the folder is called where it is made
      Results results = Results.read(List.of(folder.toAbsolutePath().normalize()));
      boolean selects = results.runs().stream().anyMatch(run -> run.selection() != Selection.LAST);
      Question question =
          new Question(
              List.of(),
              List.of("dataset"),
              List.of("mapping"),
              List.of(Figure.ACCURACY),
              List.of(selects ? Moment.SELECTED : Moment.LAST),
              Optional.empty(),
              List.of());
      return JsonFiles.parse(
          new JsonFormat().write(Comparison.of(results, question)), folder.toString());
    } catch (InvalidInputException e) {
      return JsonFiles.object(); // nothing is complete yet
    }
  }
}
