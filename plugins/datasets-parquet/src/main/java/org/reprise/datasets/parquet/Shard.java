package org.reprise.datasets.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.EncodedSample;
import org.reprise.support.ShardedDataset;
import org.reprise.support.Suggestion;

/** One file: its image column, its label column, and the class names that its schema brings. */
final class Shard implements ShardedDataset.Shard {
  private final ParquetFile file;
  private final JsonNode features;
  private final Column label;
  private final ColumnReader images;
  private final ColumnReader labels;
  private int classes;

  private Shard(ParquetFile file, ParquetOptions options) {
    this.file = file;
    this.features = features();
    this.label = labelColumn(options.label());
    this.images = new ColumnReader(file, imageColumn(options.image()));
    this.labels = new ColumnReader(file, label);
  }

  static Shard open(Path path, ParquetOptions options) throws IOException {
    ParquetFile file = ParquetFile.open(path);
    try {
      return new Shard(file, options);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** What Hugging Face's library notes about the columns; an empty node where it does not. */
  private JsonNode features() {
    String json = file.metadata().getOrDefault("huggingface", "{}");
    try {
      return new ObjectMapper().readTree(json).path("info").path("features");
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          file.path() + ": metadata \"huggingface\": " + e.getOriginalMessage(), e);
    }
  }

  private Column imageColumn(Optional<String> wanted) {
    List<Column> candidates =
        file.columns().stream()
            .filter(column -> column.type() == Column.BYTE_ARRAY && !column.isRepeated())
            .filter(
                column ->
                    (column.path().size() == 2 && column.path().get(1).equals("bytes"))
                        || (column.path().size() == 1 && wanted.isPresent()))
            .toList();
    return choose("image", "a struct with \"bytes\"", wanted, candidates);
  }

  private Column labelColumn(Optional<String> wanted) {
    List<Column> integers = file.columns().stream().filter(Column::isInteger).toList();
    List<Column> named = integers.stream().filter(c -> !names(c).isEmpty()).toList();
    List<Column> candidates = wanted.isPresent() || named.isEmpty() ? integers : named;
    Optional<String> usual =
        candidates.stream().anyMatch(column -> column.path().get(0).equals("label"))
            ? Optional.of("label")
            : Optional.empty();
    return choose("label", "integers", wanted.or(() -> usual), candidates);
  }

  private Column choose(
      String option, String kind, Optional<String> wanted, List<Column> candidates) {
    List<String> names = candidates.stream().map(column -> column.path().get(0)).toList();
    if (wanted.isPresent()) {
      return candidates.stream()
          .filter(column -> column.path().get(0).equals(wanted.get()))
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      String.format(
                          "%s: no column \"%s\" of %s; %s",
                          file.path(), wanted.get(), kind, Suggestion.hint(wanted.get(), names))));
    }
    if (candidates.size() != 1) {
      List<String> all = file.columns().stream().limit(20).map(Column::name).toList();
      throw new InvalidInputException(
          String.format(
              "%s: %d columns may be the %s (%s), expected one; name it by the option \"%s\"; the"
                  + " columns are %s",
              file.path(), candidates.size(), option, kind, option, String.join(", ", all)));
    }
    return candidates.get(0);
  }

  private List<String> names(Column column) {
    List<String> names = new ArrayList<>();
    features.path(column.path().get(0)).path("names").forEach(name -> names.add(name.asText()));
    return names;
  }

  /** Returns the class names of the label column; none where the schema brings none. */
  List<String> names() {
    return names(label);
  }

  /** Says how many classes the data set has; called once, before anything is read. */
  void expect(int number) {
    classes = number;
  }

  @Override
  public int size() {
    return file.rows();
  }

  private String place(int row) {
    return file.path() + ", row " + row;
  }

  @Override
  public int label(int row) throws IOException {
    ColumnReader.Cell number = labels.read(row);
    if (number.isNull()) {
      throw new InvalidInputException(place(row) + ": no label");
    }
    long value = number.values().number(number.index());
    if (value < 0 || value >= classes) {
      throw new InvalidInputException(
          place(row) + ": label " + value + ", expected 0 to " + (classes - 1));
    }
    return (int) value;
  }

  @Override
  public EncodedSample read(int row) throws IOException {
    int value = label(row);
    ColumnReader.Cell image = images.read(row);
    if (image.isNull()) {
      throw new InvalidInputException(
          place(row) + ": no image bytes; a path alone is not followed");
    }
    return new EncodedSample.File(image.values().bytes(image.index()), value, place(row));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
