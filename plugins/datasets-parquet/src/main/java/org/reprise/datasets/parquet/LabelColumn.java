package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Budget;
import org.reprise.budget.Shown;

/** The labels of one file: class numbers, truth values, or the classes' names. */
final class LabelColumn {
  private static final int LONGEST_NAME = 1000; // bytes
  private static final int MOST_NAMES = 100_000;

  private final ParquetFile file;
  private final Column column;
  private final ColumnReader reader;

  LabelColumn(ParquetFile file, Column column, PageCache cache) throws IOException {
    this.file = file;
    this.column = column;
    this.reader = new ColumnReader(file, column, cache);
  }

  boolean isText() {
    return column.isText();
  }

  boolean isBoolean() {
    return column.isBoolean();
  }

  /** Reads a column of texts through; returns each text once. */
  Set<String> texts() throws IOException {
    Set<String> texts = new LinkedHashSet<>();
    for (int row = 0; row < file.rows(); row++) {
      String text = text(row);
      if (texts.add(text)) {
        file.charge(Budget.TEXT + Budget.ENTRY + 2L * text.length());
        if (texts.size() > MOST_NAMES) {
          throw new InvalidInputException(
              String.format(
                  "%s: column %s holds more than %d different texts, so it is no column of labels",
                  file.path(), column.name(), MOST_NAMES));
        }
      }
    }
    return texts;
  }

  private String text(int row) throws IOException {
    byte[] bytes = reader.bytes(row).orElseThrow(() -> noLabel(row));
    try {
      if (bytes.length > LONGEST_NAME) {
        throw new InvalidInputException(
            place(row) + ": a text of " + bytes.length + " bytes is no class name");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(place(row) + ": the label is not UTF-8 text", e);
    }
  }

  private InvalidInputException noLabel(int row) {
    return new InvalidInputException(place(row) + ": no label");
  }

  /**
   * Reads a label.
   *
   * @param names the class names, as the labels have them where they are texts
   */
  int read(int row, ClassList names) throws IOException {
    if (isText()) {
      String text = text(row);
      return names
          .place(text)
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      String.format(
                          "%s: label \"%s\" is none of the %d class names of %s",
                          place(row), Shown.of(text), names.all().size(), names.source())));
    }
    long value = reader.number(row).orElseThrow(() -> noLabel(row));
    List<String> all = names.all();
    if (value < 0 || value >= all.size()) {
      throw new InvalidInputException(
          place(row) + ": label " + value + ", expected 0 to " + (all.size() - 1));
    }
    return (int) value;
  }

  private String place(int row) {
    return file.path() + ", row " + row;
  }
}
