package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A table as texts: a line of heads, then a line for each row. */
final class Grid {
  private Grid() {}

  /**
   * How a format writes cells.
   *
   * @param nothing what stands where there is no figure
   * @param escape makes any text safe
   * @param mark sets a cell off, already escaped
   */
  record Style(String nothing, UnaryOperator<String> escape, UnaryOperator<String> mark) {}

  /** Fills one. */
  static List<List<String>> of(Comparison comparison, Table table, Style style) {
    List<List<String>> grid = new ArrayList<>();
    List<String> head = new ArrayList<>();
    comparison.rowKeys().forEach(key -> head.add(style.escape().apply(key)));
    comparison.columns().forEach(c -> head.add(style.escape().apply(String.join(", ", c))));
    grid.add(head);
    for (int row = 0; row < comparison.rows().size(); row++) {
      List<String> line = new ArrayList<>();
      comparison.rows().get(row).forEach(value -> line.add(style.escape().apply(value)));
      List<Optional<Cell>> cells = table.cells().get(row);
      for (int column = 0; column < cells.size(); column++) {
        String text = cells.get(column).map(Numbers::cell).orElse(style.nothing());
        String escaped = style.escape().apply(text);
        boolean marked = table.marked().contains(new Table.Position(row, column));
        line.add(marked ? style.mark().apply(escaped) : escaped);
      }
      grid.add(line);
    }
    return grid;
  }
}
