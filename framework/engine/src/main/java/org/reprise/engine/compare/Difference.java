package org.reprise.engine.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.EpochRecord;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Predicted;
import org.reprise.engine.results.RunFigures;
import org.reprise.engine.results.RunRecord;
import org.reprise.statistics.PairedOutcomes;

/**
 * What two runs differ in, and how their results part.
 *
 * @param first a run
 * @param second another
 * @param made keys of what the runs are that differ: settings, data, files, plugins
 * @param surroundings keys that differ in what is recorded beside it: versions, machine, threads,
 *     command line of the last session
 * @param epochs of both, in order
 * @param images what each has right of the same test samples after its last epoch; absent where
 *     that is not recorded of both, or not of the same samples
 * @param otherPredictions how many of these samples they predict differently
 */
public record Difference(
    RunRecord first,
    RunRecord second,
    List<Key> made,
    List<Key> surroundings,
    List<Epoch> epochs,
    Optional<PairedOutcomes> images,
    int otherPredictions) {
  private static final String NOTHING = "nothing";

  /** Copies the lists. */
  public Difference {
    made = List.copyOf(made);
    surroundings = List.copyOf(surroundings);
    epochs = List.copyOf(epochs);
  }

  /**
   * A key that differs.
   *
   * @param key with dots
   * @param first its value in the first run, {@code nothing} where it is missing
   * @param second its value in the second
   */
  public record Key(String key, String first, String second) {}

  /**
   * An epoch that both have.
   *
   * @param epoch from 1
   * @param firstTest test accuracy of the first in [0,1], where evaluated
   * @param secondTest of the second
   * @param firstLoss training loss of the first, where trained
   * @param secondLoss of the second
   */
  public record Epoch(
      int epoch,
      OptionalDouble firstTest,
      OptionalDouble secondTest,
      OptionalDouble firstLoss,
      OptionalDouble secondLoss) {
    /** Tells whether both runs have the same figures, to the last bit. */
    public boolean isEqual() {
      return firstTest.equals(secondTest) && firstLoss.equals(secondLoss);
    }
  }

  /**
   * Compares two runs.
   *
   * @param first a run
   * @param second another
   * @throws InvalidInputException if a record is damaged
   */
  public static Difference of(RunRecord first, RunRecord second) throws IOException {
    List<Key> made =
        first.spec().differences(second.spec()).stream()
            .map(one -> new Key(one.key(), one.before(), one.now()))
            .toList();
    Optional<Predicted> one = new RunFigures(first).predicted(Moment.LAST);
    Optional<Predicted> other = new RunFigures(second).predicted(Moment.LAST);
    boolean comparable =
        one.isPresent()
            && other.isPresent()
            && Arrays.equals(one.get().labels(), other.get().labels());
    return new Difference(
        first,
        second,
        made,
        differing(surroundings(first.folder()), surroundings(second.folder())),
        epochs(first.folder(), second.folder()),
        comparable
            ? Optional.of(PairedOutcomes.of(one.get().correct(), other.get().correct()))
            : Optional.empty(),
        comparable ? otherPredictions(one.get(), other.get()) : 0);
  }

  private static int otherPredictions(Predicted first, Predicted second) {
    int[] ones = first.predictions();
    int[] others = second.predictions();
    int count = 0;
    for (int i = 0; i < ones.length; i++) {
      count += ones[i] == others[i] ? 0 : 1;
    }
    return count;
  }

  private static List<Epoch> epochs(Path first, Path second) throws IOException {
    Map<Integer, EpochRecord> others = new TreeMap<>();
    new RunDirectory(second).readMetrics().forEach(epoch -> others.put(epoch.epoch(), epoch));
    List<Epoch> epochs = new ArrayList<>();
    for (EpochRecord epoch : new RunDirectory(first).readMetrics()) {
      EpochRecord other = others.get(epoch.epoch());
      if (other != null) {
        epochs.add(
            new Epoch(
                epoch.epoch(),
                epoch.testAccuracy(),
                other.testAccuracy(),
                epoch.trainLoss(),
                other.trainLoss()));
      }
    }
    return epochs;
  }

  /** What is recorded beside the run's identity: files by their place, and the last session. */
  private static Map<String, String> surroundings(Path folder) throws IOException {
    JsonNode root = JsonFiles.read(new RunDirectory(folder).provenance());
    Map<String, String> flat = new TreeMap<>();
    flatten(flat, "inputs", root.path("inputs"));
    flatten(flat, "plugins", root.path("plugins"));
    JsonNode sessions = root.path("sessions");
    if (sessions.size() > 0) {
      JsonNode last = sessions.get(sessions.size() - 1);
      for (String key :
          List.of(
              "command_line",
              "git_revision",
              "device",
              "machine",
              "threads",
              "network",
              "counting",
              "versions",
              "environment")) {
        flatten(flat, key, last.path(key));
      }
    }
    flat.keySet().removeIf(key -> key.endsWith("sha256")); // digests are part of what a run is
    return flat;
  }

  private static void flatten(Map<String, String> flat, String key, JsonNode node) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(entry -> flatten(flat, key + "." + entry.getKey(), entry.getValue()));
    } else if (node.isArray() && node.size() > 0 && node.get(0).isObject()) {
      for (int i = 0; i < node.size(); i++) {
        flatten(flat, key + "." + node.get(i).path("id").asText(String.valueOf(i)), node.get(i));
      }
    } else if (node.isArray()) {
      List<String> texts = new ArrayList<>();
      node.forEach(item -> texts.add(item.asText()));
      flat.put(key, String.join(" ", texts));
    } else if (!node.isMissingNode()) {
      flat.put(key, node.asText());
    }
  }

  private static List<Key> differing(Map<String, String> first, Map<String, String> second) {
    TreeSet<String> keys = new TreeSet<>(first.keySet());
    keys.addAll(second.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(first.get(key), second.get(key)))
        .map(
            key ->
                new Key(key, first.getOrDefault(key, NOTHING), second.getOrDefault(key, NOTHING)))
        .toList();
  }
}
