package org.reprise.engine.results;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.TrainingOptions.Selection;

/**
 * Sums up {@code metrics.jsonl} in one pass that keeps no line, so that thousands of long runs are
 * read in seconds.
 */
final class MetricsReader {
  private static final JsonFactory JSON = new JsonFactory();
  private static final long MOST_BYTES = 256L << 20;

  private final Path file;
  private final Selection selection;
  private EpochFigures last;
  private EpochFigures selected;
  private EpochFigures bestTest;
  private double selectedScore = Double.NEGATIVE_INFINITY;
  private double[] seconds = new double[16];
  private int timed;
  private int lines;
  private OptionalLong peak = OptionalLong.empty();

  private MetricsReader(Path file, Selection selection) {
    this.file = file;
    this.selection = selection;
  }

  /**
   * Reads a file; a last line without an end was cut off by a crash and does not count.
   *
   * @param file of a run directory; none is as an empty one
   * @param selection which epoch the run selects
   * @throws InvalidInputException if a line is damaged
   */
  static TrainedEpochs read(Path file, Selection selection) throws IOException {
    MetricsReader reader = new MetricsReader(file, selection);
    if (Files.exists(file)) {
      if (Files.size(file) > MOST_BYTES) {
        throw new InvalidInputException(
            file + ": " + Files.size(file) + " bytes, expected at most " + MOST_BYTES);
      }
      byte[] bytes = Files.readAllBytes(file);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      reader.read(bytes, end);
    }
    return reader.summary();
  }

  private void read(byte[] bytes, int end) throws IOException {
    try (JsonParser parser = JSON.createParser(bytes, 0, end)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw damaged(parser, "expected an object, found " + parser.currentToken());
        }
        line(parser);
      }
    } catch (JsonProcessingException e) {
      String message = e.getOriginalMessage().replaceAll("(?s) \\(start marker.*|\n.*", "");
      int line = e.getLocation() == null ? lines + 1 : e.getLocation().getLineNr();
      throw new InvalidInputException(file + ":" + line + ": not valid JSON: " + message, e);
    }
  }

  private void line(JsonParser parser) throws IOException {
    int epoch = -1;
    OptionalDouble test = OptionalDouble.empty();
    OptionalDouble validation = OptionalDouble.empty();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (key) {
        case "epoch" -> epoch = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : -1;
        case "test_accuracy" -> test = share(parser, key);
        case "validation_accuracy" -> validation = share(parser, key);
        case "seconds" -> time(number(parser, key));
        case "peak_memory_bytes" -> {
          long bytes = (long) number(parser, key);
          peak = OptionalLong.of(Math.max(bytes, peak.orElse(bytes)));
        }
        default -> parser.skipChildren();
      }
    }
    if (epoch < 0 || (last != null && epoch <= last.epoch())) {
      throw damaged(
          parser, "no epoch" + (last == null ? "" : " after " + last.epoch()) + " is named");
    }
    lines++;
    last = new EpochFigures(epoch, test);
    if (test.isPresent()
        && (bestTest == null
            || test.getAsDouble() > bestTest.testAccuracy().orElse(Double.NEGATIVE_INFINITY))) {
      bestTest = last;
    }
    if (selection == Selection.VALIDATION
        && validation.isPresent()
        && validation.getAsDouble() > selectedScore) {
      selectedScore = validation.getAsDouble();
      selected = last;
    }
  }

  private double number(JsonParser parser, String key) throws IOException {
    double value = parser.currentToken().isNumeric() ? parser.getDoubleValue() : Double.NaN;
    if (!(value >= 0 && value <= Long.MAX_VALUE)) {
      throw damaged(parser, key + " is " + parser.getText() + ", expected a number from 0");
    }
    return value;
  }

  private OptionalDouble share(JsonParser parser, String key) throws IOException {
    double value = number(parser, key);
    if (value > 1) {
      throw damaged(parser, key + " is " + value + ", expected 0 to 1");
    }
    return OptionalDouble.of(value);
  }

  private void time(double value) {
    if (timed == seconds.length) {
      seconds = Arrays.copyOf(seconds, 2 * timed);
    }
    seconds[timed++] = value;
  }

  private InvalidInputException damaged(JsonParser parser, String what) {
    return new InvalidInputException(
        file + ":" + parser.currentTokenLocation().getLineNr() + ": damaged: " + what);
  }

  private TrainedEpochs summary() {
    double[] sorted = Arrays.copyOf(seconds, timed);
    Arrays.sort(sorted);
    return new TrainedEpochs(
        lines,
        Optional.ofNullable(last),
        Optional.ofNullable(
            switch (selection) {
              case LAST -> last;
              case VALIDATION -> selected;
              case TEST -> bestTest;
            }),
        Optional.ofNullable(bestTest),
        Arrays.stream(sorted).sum(),
        timed == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of((sorted[(timed - 1) / 2] + sorted[timed / 2]) / 2),
        peak);
  }
}
