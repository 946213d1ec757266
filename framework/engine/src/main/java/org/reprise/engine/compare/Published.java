package org.reprise.engine.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.Names;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.RunRecord;
import org.reprise.engine.results.Where;
import org.reprise.support.PlainFile;
import org.reprise.support.Suggestion;

/**
 * A figure that somebody published.
 *
 * @param citation where, so that it can be found: authors, title, year, table
 * @param where what a run has to be to stand beside it
 * @param figure which figure
 * @param moment at which epoch
 * @param mean in the figure's unit
 * @param deviation over seeds, where it was published
 * @param n of how many seeds, where it was published
 */
public record Published(
    String citation,
    List<Where> where,
    Figure figure,
    Moment moment,
    double mean,
    OptionalDouble deviation,
    OptionalInt n) {
  private static final String BUNDLED = "published.json";
  private static final long MOST_BYTES = 16L << 20;

  /** Copies the list. */
  public Published {
    where = List.copyOf(where);
  }

  /** Returns the figures that come with the program. */
  public static List<Published> bundled() throws IOException {
    try (InputStream stream = Published.class.getResourceAsStream(BUNDLED)) {
      return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8), BUNDLED);
    }
  }

  /**
   * Reads a file of figures: {@code {"figures": [{"citation": ..., "where": {"dataset": ...},
   * "figure": "accuracy", "epoch": "best-test", "mean": ..., "standard deviation": ..., "n":
   * ...}]}}; the keys of {@code where} are those of runs.
   *
   * @throws InvalidInputException if it is not of this form
   */
  public static List<Published> read(Path file) throws IOException {
    PlainFile.require("", file);
    if (Files.size(file) > MOST_BYTES) {
      throw new InvalidInputException(file + ": more than " + MOST_BYTES + " bytes");
    }
    return parse(JsonFiles.text(file), file.toString());
  }

  private static List<Published> parse(String text, String place) {
    JsonNode figures = JsonFiles.parse(text, place).path("figures");
    if (!figures.isArray()) {
      throw new InvalidInputException(place + ": \"figures\" is missing, expected a list");
    }
    List<Published> published = new ArrayList<>();
    for (JsonNode node : figures) {
      published.add(parse(node, place + ": figures[" + published.size() + "]"));
    }
    return published;
  }

  private static Published parse(JsonNode node, String place) {
    String citation = node.path("citation").asText("");
    JsonNode mean = node.path("mean");
    JsonNode where = node.path("where");
    if (citation.isBlank() || !mean.isNumber() || where.size() == 0) {
      throw new InvalidInputException(
          place + ": \"citation\", \"mean\" and \"where\" are needed: a text, a number, keys");
    }
    List<Where> conditions = new ArrayList<>();
    where
        .fields()
        .forEachRemaining(
            entry -> conditions.add(new Where(entry.getKey(), entry.getValue().asText())));
    JsonNode deviation = node.path("standard deviation");
    JsonNode n = node.path("n");
    return new Published(
        citation,
        conditions,
        constant(Figure.class, node, "figure", place),
        constant(Moment.class, node, "epoch", place),
        mean.asDouble(),
        deviation.isNumber() ? OptionalDouble.of(deviation.asDouble()) : OptionalDouble.empty(),
        n.isInt() ? OptionalInt.of(n.asInt()) : OptionalInt.empty());
  }

  private static <E extends Enum<E>> E constant(
      Class<E> type, JsonNode node, String key, String place) {
    String name = node.path(key).asText("");
    List<E> constants = Arrays.asList(type.getEnumConstants());
    return constants.stream()
        .filter(constant -> Names.of(constant).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    place
                        + ": "
                        + key
                        + " \""
                        + name
                        + "\"; "
                        + Suggestion.hint(name, constants.stream().map(Names::of).toList())));
  }

  /** Tells whether a run is what the figure was published of. */
  boolean isOf(RunRecord run) {
    return where.stream().allMatch(condition -> condition.holds(run));
  }
}
