package org.reprise.engine.compare;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;

/**
 * One figure over rows and columns.
 *
 * @param figure which
 * @param moment at which epoch; empty for figures of a whole run
 * @param title figure and epoch in words
 * @param cells a list for each row, in it an entry for each column; empty where no run has the
 *     figure
 * @param marked cells that are better than every other of their row, as far as tests can tell
 */
public record Table(
    Figure figure,
    Optional<Moment> moment,
    String title,
    List<List<Optional<Cell>>> cells,
    Set<Position> marked) {
  /** Copies the lists. */
  public Table {
    cells = cells.stream().map(List::copyOf).toList();
    marked = Set.copyOf(marked);
  }

  /**
   * The place of a cell.
   *
   * @param row from 0
   * @param column from 0
   */
  public record Position(int row, int column) {}

  /** Returns the same table with marks. */
  Table withMarks(Set<Position> marks) {
    return new Table(figure, moment, title, cells, marks);
  }
}
