package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table as texts: a line of heads, then a line for each row. */
final class Grid {
  private Grid() {}

  /**
   * Fills one.
   *
   * @param plusMinus what stands between mean and deviation
   * @param nothing what stands where there is no figure
   */
  static List<List<String>> of(
      Comparison comparison, Table table, String plusMinus, String nothing) {
    List<List<String>> grid = new ArrayList<>();
    List<String> head = new ArrayList<>(comparison.rowKeys());
    comparison.columns().forEach(column -> head.add(String.join(", ", column)));
    grid.add(head);
    for (int row = 0; row < comparison.rows().size(); row++) {
      List<String> line = new ArrayList<>(comparison.rows().get(row));
      for (Optional<Cell> cell : table.cells().get(row)) {
        line.add(cell.map(found -> Numbers.cell(found.summary(), plusMinus)).orElse(nothing));
      }
      grid.add(line);
    }
    return grid;
  }
}
