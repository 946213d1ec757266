package org.reprise.engine.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What any bench has measured, in one form, so that two of one kind can be compared.
 *
 * @param bench which one, e.g. {@code step}
 * @param rows what was measured
 */
public record BenchTable(String bench, List<Row> rows) {
  /** Copies the list. */
  public BenchTable {
    rows = List.copyOf(rows);
  }

  /**
   * Something measured.
   *
   * @param what it is: the same words in every report of this bench
   * @param figures by name
   */
  public record Row(String what, Map<String, Figure> figures) {
    /** Copies the map, in order. */
    public Row {
      figures = new LinkedHashMap<>(figures);
    }
  }

  /**
   * A number.
   *
   * @param value in the unit that its name ends with; NaN where there is none
   * @param better whether more or less of it is better
   */
  public record Figure(double value, Better better) {
    /** A figure of which less is better, e.g. a time. */
    public static Figure less(double value) {
      return new Figure(value, Better.LESS);
    }

    /** A figure of which more is better, e.g. a rate. */
    public static Figure more(double value) {
      return new Figure(value, Better.MORE);
    }
  }

  /** What one wants. */
  public enum Better {
    /** A small number. */
    LESS,
    /** A large number. */
    MORE
  }
}
