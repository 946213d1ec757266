package org.reprise.datasets.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
  private static final String LABEL_KIND = "integers, texts or booleans";
  private static final String IMAGE = "image";
  private static final String IMAGE_KIND = "a struct with \"bytes\", or bytes";
  private static final Set<String> IMAGE_NAMES =
      Set.of("image", "images", "img", "picture", "photo", "jpg", "jpeg", "png", "webp");

  /** Finds the columns, by the options and by what Hugging Face's library notes in the file. */
  static Features of(ParquetFile file, ParquetOptions options) throws IOException {
    JsonNode notes = notes(file);
    Column image = image(file, options.image());
    Column label = label(file, notes, image, options.label());
    return new Features(image, label, names(notes, label));
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
    JsonNode own = notes;
    for (String part : column.path()) {
      own = own.path(part);
    }
    List<String> names = new ArrayList<>();
    own.path("names").forEach(name -> names.add(name.asText()));
    return names;
  }

  /** The only struct with bytes; or the only column of bytes that is called as an image is. */
  private static Column image(ParquetFile file, Optional<String> wanted) {
    List<Column> structs = outermost(file, Column::isBytesInStruct);
    if (wanted.isPresent()) {
      return named(file, wanted.get(), IMAGE, IMAGE_KIND, columns(file, Column::isText));
    }
    List<Column> plain =
        columns(file, column -> column.isText() && column.isOnTop() && isImagesName(column));
    return single(file, IMAGE, IMAGE_KIND, structs.isEmpty() ? plain : structs);
  }

  private static boolean isImagesName(Column column) {
    return IMAGE_NAMES.contains(column.path().get(0).toLowerCase(Locale.ROOT));
  }

  /** The column that has class names; or called "label"; or the only one of a kind. */
  private static Column label(
      ParquetFile file, JsonNode notes, Column image, Optional<String> wanted) {
    // what lies beside an image's bytes, such as its path, belongs to it
    List<String> struct = image.path().subList(0, image.path().size() - 1);
    Predicate<Column> isFree =
        column ->
            !column.equals(image)
                && (struct.isEmpty()
                    || column.path().size() <= struct.size()
                    || !column.path().subList(0, struct.size()).equals(struct));
    Predicate<Column> isLabel =
        column -> column.isInteger() || column.isBoolean() || column.isText();
    if (wanted.isPresent()) {
      return named(file, wanted.get(), USUAL, LABEL_KIND, columns(file, isFree.and(isLabel)));
    }
    List<Column> all = outermost(file, isFree.and(isLabel));
    List<Column> integers = all.stream().filter(Column::isInteger).toList();
    List<Column> classes = integers.stream().filter(c -> !names(notes, c).isEmpty()).toList();
    for (List<Column> candidates : List.of(classes, all)) {
      Optional<Column> usual =
          candidates.stream()
              .filter(column -> column.path().get(column.path().size() - 1).equals(USUAL))
              .findFirst();
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

  private static List<Column> columns(ParquetFile file, Predicate<Column> kind) {
    return file.columns().stream().filter(kind).toList();
  }

  /** Returns the columns of a kind that lie in the fewest structs. */
  private static List<Column> outermost(ParquetFile file, Predicate<Column> kind) {
    List<Column> found = columns(file, kind);
    int depth = found.stream().mapToInt(column -> column.path().size()).min().orElse(0);
    return found.stream().filter(column -> column.path().size() == depth).toList();
  }

  private static Column named(
      ParquetFile file, String wanted, String option, String kind, List<Column> candidates) {
    Optional<Column> found =
        candidates.stream().filter(column -> column.isCalled(wanted)).findFirst();
    if (found.isPresent()) {
      return found.get();
    }
    List<Column> same = file.columns().stream().filter(column -> column.isCalled(wanted)).toList();
    List<String> names = candidates.stream().limit(SHOWN).map(Column::called).toList();
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
              "%s: %d columns may be the %s (%s), expected one; name it by the option \"%s\"; the"
                  + " columns are %s",
              file.path(),
              candidates.size(),
              option,
              kind,
              option,
              file.columns().stream()
                  .limit(SHOWN)
                  .map(Column::description)
                  .collect(Collectors.joining(", "))));
    }
    return candidates.get(0);
  }
}
