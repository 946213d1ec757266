package org.reprise.engine.study;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.ConfigException;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.Problem;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.config.SearchOptions;
import org.reprise.engine.config.Study;
import org.reprise.engine.config.Trial;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.support.Suggestion;

/**
 * The runs of a study, bound to the plugins at hand; nothing is opened yet.
 *
 * @param folder of the study: {@code <output>/<name>}
 * @param swept whether axes are named or something is searched, so that the mappers alone are not
 *     its runs
 * @param yaml what the folder's {@code experiment.yaml} is to say
 * @param runs in order, at least one
 */
public record StudyPlan(Path folder, boolean swept, String yaml, List<PlannedRun> runs) {
  private static final String PLAN = "plan.jsonl";
  private static final String TRIAL = "trial";
  private static final int TRIES = 20;
  private static final long PAUSE_NANOS = 20_000_000L;

  private static final Map<String, Door<?, ?>> DOORS =
      Map.of(
          "dataset", Door.DATASET,
          "backbone", Door.BACKBONE,
          "prompt", Door.PROMPT,
          "mapping", Door.MAPPER,
          "training.optimizer", Door.UPDATE_RULE);

  /** Copies the list. */
  public StudyPlan {
    runs = List.copyOf(runs);
  }

  /**
   * Reads a study and binds it.
   *
   * @param file a YAML file
   * @param settings {@code key=value} texts
   * @param host where extensions come from
   * @throws ConfigException with all problems found
   */
  public static StudyPlan read(Path file, List<String> settings, PluginHost host) {
    Study study =
        Study.read(
            file,
            settings,
            (key, written) ->
                Optional.ofNullable(DOORS.get(key))
                    .flatMap(door -> host.find(door, written).map(entry -> entry.name()))
                    .orElse(written));
    if (study.alone().isPresent()) {
      return of(study.alone().get(), host);
    }
    List<PlannedRun> runs = new ArrayList<>();
    Set<Problem> problems = new LinkedHashSet<>();
    for (Study.Variant run : study.runs()) {
      try {
        ExperimentPlan plan = ExperimentPlan.bind(run.experiment(), host);
        runs.add(new PlannedRun(runs.size(), run.label(), run.axes(), plan, run.trial()));
      } catch (ConfigException e) {
        problems.addAll(e.problems()); // runs share most of them
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
    return new StudyPlan(
        folder(study.runs().get(0).experiment()),
        true,
        "# As it was called for last, --set included. The runs in full are in "
            + PLAN
            + ".\n"
            + study.yaml(),
        runs);
  }

  /** Plans an experiment: its mappers are its runs. */
  public static StudyPlan of(Experiment experiment, PluginHost host) {
    ExperimentPlan plan = ExperimentPlan.bind(experiment, host);
    return of(plan, folder(experiment));
  }

  private static StudyPlan of(ExperimentPlan plan, Path folder) {
    List<PlannedRun> runs = new ArrayList<>();
    List<String> labels = plan.labels();
    for (int i = 0; i < labels.size(); i++) {
      String label = labels.get(i);
      runs.add(PlannedRun.of(i, label, Map.of("mapping", label), plan.withMapper(i)));
    }
    return new StudyPlan(folder, false, plan.toYaml(), runs);
  }

  private static Path folder(Experiment experiment) {
    return Path.of(experiment.output()).resolve(experiment.name());
  }

  /**
   * Reads the study that a folder was made for, as it was called for last.
   *
   * @param folder of the study
   * @param host where extensions come from
   * @throws InvalidInputException if it is none, or damaged
   */
  public static StudyPlan in(Path folder, PluginHost host) throws IOException {
    Path file = folder.resolve(PLAN);
    if (!Files.isRegularFile(file)) {
      return of(ExperimentPlan.bind(StudyRunner.readExperiment(folder), host), folder);
    }
    List<PlannedRun> runs = new ArrayList<>();
    List<String> lines = JsonFiles.text(file).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String place = file + ":" + (i + 1);
      JsonNode line = JsonFiles.parse(lines.get(i), place);
      Map<String, String> axes = new LinkedHashMap<>();
      line.path("axes")
          .fields()
          .forEachRemaining(axis -> axes.put(axis.getKey(), axis.getValue().asText()));
      Experiment experiment = Experiment.parse(line.path("experiment").toString(), place);
      runs.add(
          new PlannedRun(
              i,
              line.path("label").asText(),
              axes,
              ExperimentPlan.bind(experiment, host),
              line.has(TRIAL) ? Optional.of(trial(line.path(TRIAL), place)) : Optional.empty()));
    }
    if (runs.isEmpty()) {
      throw new InvalidInputException(file + ": names no run");
    }
    return new StudyPlan(
        folder, true, JsonFiles.text(folder.resolve(RunDirectory.EXPERIMENT)), runs);
  }

  private static Trial trial(JsonNode node, String place) {
    Map<String, String> values = new LinkedHashMap<>();
    node.path("values")
        .fields()
        .forEachRemaining(value -> values.put(value.getKey(), value.getValue().asText()));
    return new Trial(
        node.path("search").asText(),
        node.path("number").asInt(),
        values,
        SearchOptions.parse(node.path("options").toString(), place));
  }

  /**
   * Returns the labels of the study that a folder was made for, as it was called for last.
   *
   * @param folder of the study
   * @return in order; empty for an experiment whose mappers are its runs
   * @throws InvalidInputException if the list is damaged
   */
  public static List<String> labels(Path folder) throws IOException {
    Path file = folder.resolve(PLAN);
    List<String> labels = new ArrayList<>();
    if (Files.isRegularFile(file)) {
      for (String line : JsonFiles.text(file).lines().toList()) {
        labels.add(label(line, file));
      }
    }
    return labels;
  }

  private static String nextName(JsonParser parser) throws IOException {
    return parser.nextToken() == JsonToken.FIELD_NAME ? parser.currentName() : "";
  }

  // it stands first: thousands of experiments need not be read for it
  private static String label(String line, Path file) {
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      parser.nextToken();
      if ("label".equals(nextName(parser)) && parser.nextTextValue() != null) {
        return parser.getText();
      }
    } catch (IOException e) {
      throw new InvalidInputException(file + ": not valid JSON", e);
    }
    return JsonFiles.parse(line, file.toString()).path("label").asText();
  }

  /**
   * Returns what the study consists of: a run that is no trial, or the trials of a search.
   *
   * @return in order; each with one run at least
   */
  public List<List<PlannedRun>> entries() {
    Map<String, List<PlannedRun>> entries = new LinkedHashMap<>();
    runs.forEach(run -> entries.computeIfAbsent(run.entry(), name -> new ArrayList<>()).add(run));
    return List.copyOf(entries.values());
  }

  /** Returns the trials of each search. */
  public List<List<PlannedRun>> searches() {
    return entries().stream().filter(entry -> entry.get(0).trial().isPresent()).toList();
  }

  /**
   * Finds runs by the place or the name of their entry, or one by its label.
   *
   * @param only a number from 0, the name of a search, or a label
   * @return places of runs
   * @throws InvalidInputException if there is none
   */
  public List<Integer> find(String only) {
    List<List<PlannedRun>> entries = entries();
    List<String> names = new ArrayList<>();
    for (PlannedRun run : runs) {
      if (run.label().equals(only)) {
        return List.of(run.index());
      }
      names.add(run.label());
    }
    for (List<PlannedRun> entry : entries) {
      if (entry.get(0).entry().equals(only)) {
        return places(entry);
      }
      names.add(entry.get(0).entry());
    }
    if (only.matches("[0-9]{1,9}") && Integer.parseInt(only) < entries.size()) {
      return places(entries.get(Integer.parseInt(only)));
    }
    throw new InvalidInputException(
        "--only "
            + only
            + ": the study has "
            + entries.size()
            + (searches().isEmpty() ? " runs" : " runs or searches")
            + ", counted from 0; "
            + Suggestion.hint(only, names.stream().distinct().toList()));
  }

  private static List<Integer> places(List<PlannedRun> entry) {
    return entry.stream().map(PlannedRun::index).toList();
  }

  /**
   * Makes the folder and says in it what is to be run, unless it says so already: several processes
   * may begin the same study.
   *
   * @throws InvalidInputException if it cannot be made there
   * @throws IOException if the disk is full; no new folder is left behind then
   */
  public void write() throws IOException {
    String lines = lines();
    for (int i = 0; !says(RunDirectory.EXPERIMENT, yaml) || !says(PLAN, lines); i++) {
      try {
        RunPlaces.make(folder, yaml);
        if (swept) {
          AtomicFiles.replace(folder.resolve(PLAN), lines);
        } else {
          Files.deleteIfExists(folder.resolve(PLAN));
        }
      } catch (IOException e) { // another process may write the same this moment
        if (i >= TRIES) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private boolean says(String file, String text) throws IOException {
    Path place = folder.resolve(file);
    return text.isEmpty()
        ? !Files.exists(place)
        : Files.isRegularFile(place) && JsonFiles.text(place).equals(text);
  }

  private String lines() {
    StringBuilder lines = new StringBuilder();
    for (PlannedRun run : swept ? runs : List.<PlannedRun>of()) {
      ObjectNode line = JsonFiles.object();
      line.put("label", run.label());
      line.set("axes", JsonFiles.tree(run.axes()));
      run.trial().ifPresent(trial -> line.set(TRIAL, JsonFiles.tree(RecordWriter.toMap(trial))));
      line.set("experiment", JsonFiles.tree(run.plan().toMap()));
      lines.append(line).append('\n');
    }
    return lines.toString();
  }
}
