package org.reprise.engine.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.reprise.engine.config.Names;
import org.reprise.engine.config.SearchOptions.Method;
import org.reprise.engine.config.Trial;

/**
 * {@code trial.json}: which trial of which search a run is, and what became of it. It is made of
 * the study and of the metrics of all trials, and made again from them where it is lost.
 *
 * @param search the label that the run would have without a search
 * @param method how is searched, as the experiment names it
 * @param trials settings that are tried in all
 * @param number which of them, from 1
 * @param values what was drawn, as text, by key with dots
 * @param outcome what became of it
 * @param detail where it was left, in words; empty while it is open
 */
public record TrialRecord(
    String search,
    String method,
    int trials,
    int number,
    Map<String, String> values,
    Outcome outcome,
    String detail) {
  /** Copies the map, keeping its order. */
  public TrialRecord {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** What became of a trial. */
  public enum Outcome {
    /** The search is not decided. */
    OPEN,
    /** Others were better. */
    OUT,
    /** It is the best, and the only one that is evaluated on the test split. */
    WON
  }

  /** Describes a trial whose search goes on. */
  public static TrialRecord of(Trial trial) {
    Method method = trial.options().method();
    return new TrialRecord(
        trial.search(),
        Names.of(method),
        trial.options().trials(),
        trial.number(),
        trial.values(),
        Outcome.OPEN,
        "");
  }

  /** Returns the same trial with what became of it. */
  public TrialRecord with(Outcome found, String why) {
    return new TrialRecord(search, method, trials, number, values, found, why);
  }

  /**
   * Reads a run's.
   *
   * @param run its directory
   * @return empty where the run is no trial
   * @throws org.reprise.api.InvalidInputException if it is damaged
   */
  public static Optional<TrialRecord> read(RunDirectory run) throws IOException {
    if (!Files.isRegularFile(run.trial())) {
      return Optional.empty();
    }
    JsonNode node = JsonFiles.read(run.trial());
    Map<String, String> values = new LinkedHashMap<>();
    node.path("values")
        .fields()
        .forEachRemaining(value -> values.put(value.getKey(), value.getValue().asText()));
    Outcome outcome = Outcome.OPEN;
    for (Outcome known : Outcome.values()) {
      outcome = Names.of(known).equals(node.path("outcome").asText()) ? known : outcome;
    }
    return Optional.of(
        new TrialRecord(
            node.path("search").asText(),
            node.path("method").asText(),
            node.path("trials").asInt(),
            node.path("trial").asInt(),
            values,
            outcome,
            node.path("detail").asText()));
  }

  /**
   * Writes it, unless it is there already.
   *
   * @param run whose
   */
  public void write(RunDirectory run) throws IOException {
    ObjectNode node = JsonFiles.object();
    node.put("search", search).put("method", method).put("trials", trials).put("trial", number);
    node.set("values", JsonFiles.tree(values));
    node.put("outcome", Names.of(outcome)).put("detail", detail);
    String text = JsonFiles.pretty(node);
    if (!Files.isRegularFile(run.trial()) || !JsonFiles.text(run.trial()).equals(text)) {
      AtomicFiles.replace(run.trial(), text);
    }
  }
}
