package org.reprise.datasets.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;

/** A table of images and their labels: a header, then a row of as many cells for each image. */
final class SignTable {
  private static final long LONGEST = 1 << 26;
  private static final String CLASS = "ClassId";

  private SignTable() {}

  /**
   * A row.
   *
   * @param file as the table names it
   * @param label in [0, classes)
   * @param place table and line, for messages
   */
  record Row(String file, int label, String place) {}

  /**
   * Reads a table.
   *
   * @param table UTF-8; cells between semicolons, or between commas where the header has no
   *     semicolon, in quotes or not; columns in any order, others among them
   * @param fileColumn name of the column with the images' names
   * @param classes labels must be below this
   * @return at least one row
   */
  static List<Row> read(Path table, String fileColumn, int classes) {
    List<String> lines = lines(table);
    String first = lines.get(0).replace("\uFEFF", "");
    String separator = first.contains(";") ? ";" : ",";
    List<String> header = cells(first, separator);
    int file = column(table, separator, header, fileColumn);
    int classId = column(table, separator, header, CLASS);
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).isEmpty()) {
        continue;
      }
      List<String> cells = cells(lines.get(i), separator);
      String place = table + ":" + (i + 1);
      if (cells.size() != header.size()) {
        throw new InvalidInputException(
            place + ": " + cells.size() + " cells, expected " + header.size() + " as in line 1");
      }
      rows.add(new Row(cells.get(file), label(place, cells.get(classId), classes), place));
    }
    if (rows.isEmpty()) {
      throw new InvalidInputException(table + ": no rows below the header");
    }
    return rows;
  }

  private static List<String> cells(String line, String separator) {
    return Arrays.stream(line.split(separator, -1)).map(SignTable::bare).toList();
  }

  // as a spreadsheet writes a cell: blanks around it, or quotes
  private static String bare(String cell) {
    String text = cell.strip();
    boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return isQuoted ? text.substring(1, text.length() - 1).strip() : text;
  }

  private static int label(String place, String cell, int classes) {
    int label;
    try {
      label = Integer.parseInt(cell);
    } catch (NumberFormatException e) {
      label = -1;
    }
    if (label < 0 || label >= classes) {
      throw new InvalidInputException(
          String.format(
              "%s: %s \"%s\", expected 0 to %d", place, CLASS, Shown.of(cell), classes - 1));
    }
    return label;
  }

  private static int column(Path table, String separator, List<String> header, String name) {
    int column =
        header.stream()
            .map(cell -> cell.toLowerCase(Locale.ROOT))
            .toList()
            .indexOf(name.toLowerCase(Locale.ROOT));
    if (column < 0) {
      throw new InvalidInputException(
          String.format(
              "%s:1: no column \"%s\"; expected names separated by %s, found \"%s\"",
              table,
              name,
              separator.equals(";") ? "semicolons" : "commas",
              Shown.of(String.join(separator, header))));
    }
    return column;
  }

  private static List<String> lines(Path table) {
    try {
      if (Files.size(table) > LONGEST) {
        throw new InvalidInputException(table + ": too long for a table of 12630 rows");
      }
      List<String> lines = Files.readAllLines(table, StandardCharsets.UTF_8);
      if (lines.isEmpty()) {
        throw new InvalidInputException(table + ": the file is empty");
      }
      return lines.stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new InvalidInputException(table + ": cannot be read as text: " + e.getMessage(), e);
    }
  }
}
