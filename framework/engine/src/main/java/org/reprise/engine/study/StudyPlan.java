package org.reprise.engine.study;

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
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.ConfigException;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.Problem;
import org.reprise.engine.config.Study;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;

/**
 * The runs of a study, bound to the plugins at hand; nothing is opened yet.
 *
 * @param folder of the study: {@code <output>/<name>}
 * @param swept whether there are axes beside the mapper
 * @param yaml what the folder's {@code experiment.yaml} is to say
 * @param runs in order, at least one
 */
public record StudyPlan(Path folder, boolean swept, String yaml, List<PlannedRun> runs) {
  private static final String PLAN = "plan.jsonl";

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
    if (!study.swept()) {
      return of(Experiment.read(file, settings), host);
    }
    List<PlannedRun> runs = new ArrayList<>();
    Set<Problem> problems = new LinkedHashSet<>();
    for (Study.Variant run : study.runs()) {
      try {
        ExperimentPlan plan = ExperimentPlan.bind(run.experiment(), host);
        runs.add(new PlannedRun(runs.size(), run.label(), run.axes(), plan));
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
      runs.add(new PlannedRun(i, label, Map.of("mapping", label), plan.withMapper(i)));
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
              i, line.path("label").asText(), axes, ExperimentPlan.bind(experiment, host)));
    }
    if (runs.isEmpty()) {
      throw new InvalidInputException(file + ": names no run");
    }
    return new StudyPlan(
        folder, true, JsonFiles.text(folder.resolve(RunDirectory.EXPERIMENT)), runs);
  }

  /**
   * Makes the folder and says in it what is to be run.
   *
   * @throws InvalidInputException if it cannot be made there
   * @throws IOException if the disk is full; no new folder is left behind then
   */
  void write() throws IOException {
    RunPlaces.make(folder, yaml);
    if (!swept) {
      Files.deleteIfExists(folder.resolve(PLAN));
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (PlannedRun run : runs) {
      ObjectNode line = JsonFiles.object();
      line.put("label", run.label());
      line.set("axes", JsonFiles.tree(run.axes()));
      line.set("experiment", JsonFiles.tree(run.plan().toMap()));
      lines.append(line).append('\n');
    }
    AtomicFiles.replace(folder.resolve(PLAN), lines.toString());
  }
}
