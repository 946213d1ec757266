package org.reprise.engine.compare;

import java.util.List;
import java.util.Optional;
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
 */
public record Table(
    Figure figure, Optional<Moment> moment, String title, List<List<Optional<Cell>>> cells) {
  /** Copies the lists. */
  public Table {
    cells = cells.stream().map(List::copyOf).toList();
  }
}
