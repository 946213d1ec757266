package org.reprise.datasets.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;
import org.reprise.support.Suggestion;

/**
 * Which columns of a file are read.
 *
 * @param image the images' bytes
 * @param label the labels
 * @param names the class names that the schema brings; none where it does not
 */
record Features(Column image, Column label, List<String> names) {
  private static final int SHOWN = 20;
  private static final String USUAL = "label";

  /** Finds the columns, by the options and by what Hugging Face's library notes in the file. */
  static Features of(ParquetFile file, ParquetOptions options) throws IOException {
    JsonNode notes = notes(file);
    Column label = label(file, notes, options.label());
    return new Features(image(file, options.image()), label, names(notes, label));
  }

  private static JsonNode notes(ParquetFile file) throws IOException {
    String json = file.metadata().getOrDefault("huggingface", "{}");
    file.charge(24L * json.length());
    try {
      return new ObjectMapper().readTree(json).path("info").path("features");
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          file.path() + ": metadata \"huggingface\": " + Shown.of(e.getOriginalMessage()), e);
    }
  }

  private static List<String> names(JsonNode notes, Column column) {
    List<String> names = new ArrayList<>();
    notes.path(column.path().get(0)).path("names").forEach(name -> names.add(name.asText()));
    return names;
  }

  private static Column image(ParquetFile file, Optional<String> wanted) {
    Predicate<Column> isInStruct =
        column ->
            column.type() == Column.BYTE_ARRAY
                && !column.isRepeated()
                && column.path().size() == 2
                && column.path().get(1).equals("bytes");
    List<Column> structs = file.columns().stream().filter(isInStruct).toList();
    if (wanted.isPresent()) {
      List<Column> candidates = new ArrayList<>(structs);
      file.columns().stream().filter(Column::isText).forEach(candidates::add);
      return named(file, wanted.get(), "image", "a struct with \"bytes\", or bytes", candidates);
    }
    return single(file, "image", "a struct with \"bytes\"", structs);
  }

  /** The column that has class names; or called "label"; or the only one of a kind. */
  private static Column label(ParquetFile file, JsonNode notes, Optional<String> wanted) {
    List<Column> integers = file.columns().stream().filter(Column::isInteger).toList();
    List<Column> all =
        file.columns().stream()
            .filter(column -> column.isInteger() || column.isBoolean() || column.isText())
            .toList();
    if (wanted.isPresent()) {
      return named(file, wanted.get(), USUAL, "integers, texts or booleans", all);
    }
    List<Column> classes = integers.stream().filter(c -> !names(notes, c).isEmpty()).toList();
    for (List<Column> candidates : List.of(classes, all)) {
      Optional<Column> usual =
          candidates.stream().filter(column -> column.path().get(0).equals(USUAL)).findFirst();
      if (usual.isPresent()) {
        return usual.get();
      }
      if (!classes.isEmpty()) {
        break;
      }
    }
    List<Column> others = all.stream().filter(column -> !column.isInteger()).toList();
    List<Column> candidates = classes.isEmpty() ? integers : classes;
    return single(
        file,
        USUAL,
        "integers, or texts or booleans",
        candidates.isEmpty() && others.size() == 1 ? others : candidates);
  }

  private static Column named(
      ParquetFile file, String wanted, String option, String kind, List<Column> candidates) {
    Optional<Column> found =
        candidates.stream().filter(column -> column.path().get(0).equals(wanted)).findFirst();
    if (found.isPresent()) {
      return found.get();
    }
    List<Column> same =
        file.columns().stream().filter(column -> column.path().get(0).equals(wanted)).toList();
    List<String> names = candidates.stream().limit(SHOWN).map(c -> c.path().get(0)).toList();
    throw new InvalidInputException(
        same.isEmpty()
            ? String.format(
                "%s: no column \"%s\" of %s; %s",
                file.path(), wanted, kind, Shown.of(Suggestion.hint(wanted, names), 1000))
            : String.format(
                "%s: column %s cannot be the %s, expected %s",
                file.path(),
                same.stream().limit(4).map(Column::description).collect(Collectors.joining(", ")),
                option,
                kind));
  }

  private static Column single(
      ParquetFile file, String option, String kind, List<Column> candidates) {
    if (candidates.size() != 1) {
      throw new InvalidInputException(
          String.format(
              "%s: %d columns may be the %s (%s), expected one%s; the columns are %s",
              file.path(),
              candidates.size(),
              option,
              kind,
              candidates.isEmpty() && option.equals("image")
                  ? ""
                  : "; name it by the option \"" + option + "\"",
              file.columns().stream()
                  .limit(SHOWN)
                  .map(Column::description)
                  .collect(Collectors.joining(", "))));
    }
    return candidates.get(0);
  }
}
