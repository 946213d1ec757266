package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.RunRecord;

/**
 * A published figure beside one of ours.
 *
 * @param row name of our cell's row
 * @param column name of its column
 * @param table title of its table
 * @param ours the cell
 * @param published what was published
 */
public record Beside(String row, String column, String table, Cell ours, Published published) {

  /**
   * Finds the cells of which somebody published the same figure.
   *
   * @param layout of the runs
   * @param tables of figures, whatever the epoch: a sentence names it on both sides
   * @param published figures
   */
  static List<Beside> of(Layout layout, List<Table> tables, List<Published> published) {
    List<Beside> found = new ArrayList<>();
    for (Table table : tables) {
      for (Published one : published) {
        if (one.figure() == table.figure()) {
          find(layout, table, one, found);
        }
      }
    }
    return found;
  }

  private static void find(Layout layout, Table table, Published one, List<Beside> found) {
    for (int row = 0; row < layout.rows().size(); row++) {
      for (int column = 0; column < layout.columns().size(); column++) {
        List<String> rowKeys = layout.rows().get(row);
        List<String> columnKeys = layout.columns().get(column);
        Iterable<RunRecord> runs = layout.runs(rowKeys, columnKeys).values();
        boolean same = true;
        for (RunRecord run : runs) {
          same &= one.isOf(run);
        }
        if (same && table.cells().get(row).get(column).isPresent()) {
          found.add(
              new Beside(
                  String.join(", ", rowKeys),
                  String.join(", ", columnKeys),
                  table.title(),
                  table.cells().get(row).get(column).get(),
                  one));
        }
      }
    }
  }

  /** Returns it in a sentence. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%s, %s: %s here (%s); %s%s published (%s) in %s",
        row,
        column,
        Numbers.cell(ours),
        table,
        Numbers.fixed(published.mean())
            + (published.deviation().isPresent()
                ? " ± " + Numbers.fixed(published.deviation().getAsDouble())
                : ""),
        published.n().isPresent() ? " (" + published.n().getAsInt() + ")" : "",
        epoch(published.moment()),
        published.citation());
  }

  private static String epoch(Moment moment) {
    return switch (moment) {
      case LAST -> "last epoch";
      case SELECTED -> "selected epoch";
      case BEST_TEST -> "best test epoch, chosen on the test set";
    };
  }
}
