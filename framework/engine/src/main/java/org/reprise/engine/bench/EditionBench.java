package org.reprise.engine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.TrainingOptions.Edition;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.session.Session;

/**
 * The standard and the fast edition of each counting mapper of an experiment: what their epochs
 * cost, and the accuracies beside it, as fast is another estimator and not only a quicker one. A
 * counting mapper is one that wants evidence every epoch.
 *
 * <p>Each case runs in a process of its own, so that its peak memory is its own.
 */
public final class EditionBench {
  private EditionBench() {}

  /**
   * A run to measure.
   *
   * @param mapper name of its run
   * @param edition {@code standard} or {@code fast}
   * @param experiment a file with this mapper and edition only
   * @param output where its run directory appears
   */
  public record Case(String mapper, String edition, Path experiment, Path output) {}

  /**
   * What a run took.
   *
   * @param mapper name of the run
   * @param edition {@code standard} or {@code fast}
   * @param secondsPerEpoch of the median epoch; the first, which warms up and where fast takes its
   *     own pass, counts only if there is no other
   * @param phaseSeconds what that epoch spent its time on
   * @param peakMemoryBytes of the process, where the system tells
   * @param testAccuracy after the last epoch, in [0,1]
   * @param epochs trained
   */
  public record Result(
      String mapper,
      String edition,
      double secondsPerEpoch,
      Map<String, Double> phaseSeconds,
      OptionalLong peakMemoryBytes,
      double testAccuracy,
      int epochs) {}

  /**
   * Writes the experiments to run.
   *
   * @param host where the extensions come from
   * @param experiment as written
   * @param folder gets the files, and the runs
   * @return two cases for each counting mapper, standard first
   * @throws InvalidInputException if the experiment is wrong or has no counting mapper
   * @throws IOException if the folder cannot be written
   */
  public static List<Case> prepare(PluginHost host, Experiment experiment, Path folder)
      throws IOException {
    ExperimentPlan plan = ExperimentPlan.bind(experiment, host);
    List<Integer> counting = countingMappers(plan);
    if (counting.isEmpty()) {
      throw new InvalidInputException(
          "mapping: no mapper of this experiment wants evidence every epoch, so its editions are the same");
    }
    List<Case> cases = new ArrayList<>();
    for (int mapper : counting) {
      for (Edition edition : Edition.values()) {
        String name = plan.labels().get(mapper);
        Path output = folder.resolve(name + "-" + Names.of(edition));
        if (Files.exists(output)) {
          throw new InvalidInputException(output + ": exists already; choose another folder");
        }
        Path file = folder.resolve(output.getFileName() + ".yaml");
        Files.writeString(file, plan.withMapper(mapper).with(edition, output).toYaml());
        cases.add(new Case(name, Names.of(edition), file, output));
      }
    }
    return cases;
  }

  private static List<Integer> countingMappers(ExperimentPlan plan) {
    List<Integer> counting = new ArrayList<>();
    try (Session session = Session.open(plan, event -> {})) {
      for (int i = 0; i < plan.mappers().size(); i++) {
        try (LabelMapper mapper = session.newMapper(plan.mappers().get(i))) {
          if (mapper instanceof EvidenceBased evidenceBased
              && evidenceBased.evidence() == Evidence.EVERY_EPOCH) {
            counting.add(i);
          }
        }
      }
    }
    return counting;
  }

  /**
   * Reads what a case that has run left behind.
   *
   * @param done one of {@link #prepare}
   * @throws IOException if there is no complete run
   */
  public static Result read(Case done) throws IOException {
    List<EpochRecord> epochs = new RunDirectory(runDirectory(done.output())).readMetrics();
    if (epochs.isEmpty()) {
      throw new IOException(done.output() + ": no epoch was recorded");
    }
    EpochRecord last = epochs.get(epochs.size() - 1);
    List<EpochRecord> counted = epochs.size() == 1 ? epochs : epochs.subList(1, epochs.size());
    EpochRecord median =
        counted.stream()
            .sorted(Comparator.comparingDouble((EpochRecord epoch) -> epoch.seconds().orElse(0)))
            .skip(counted.size() / 2)
            .findFirst()
            .orElseThrow();
    Map<String, Double> phases = new LinkedHashMap<>();
    JsonNode line = JsonFiles.parse(median.line(), done.output().toString());
    line.path("phase_seconds")
        .properties()
        .forEach(phase -> phases.put(phase.getKey(), phase.getValue().asDouble()));
    return new Result(
        done.mapper(),
        done.edition(),
        median.seconds().orElse(Double.NaN),
        phases,
        last.peakMemoryBytes(),
        last.testAccuracy().orElse(Double.NaN),
        epochs.size());
  }

  private static Path runDirectory(Path output) throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      return files
          .filter(file -> file.endsWith("metrics.jsonl"))
          .findFirst()
          .map(Path::getParent)
          .orElseThrow(() -> new IOException(output + ": no run was recorded"));
    }
  }
}
