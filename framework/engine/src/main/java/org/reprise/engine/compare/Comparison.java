package org.reprise.engine.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.config.TrainingOptions.Selection;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Results;
import org.reprise.engine.results.RunFigures;
import org.reprise.engine.results.RunRecord;
import org.reprise.engine.results.Where;

/**
 * Runs laid out in tables, with what has to be known to read them.
 *
 * @param rowKeys keys of the rows
 * @param columnKeys keys of the columns
 * @param rows the values of the row keys, a list for each row
 * @param columns the values of the column keys, a list for each column
 * @param tables one for each figure and epoch that was asked for
 * @param claims what the first table of a figure of an epoch allows to say
 * @param ranking the columns by their ranks over data sets, where the rows are such
 * @param published figures of others beside ours
 * @param notes what is left out, and why, in sentences
 */
public record Comparison(
    List<String> rowKeys,
    List<String> columnKeys,
    List<List<String>> rows,
    List<List<String>> columns,
    List<Table> tables,
    List<Claim> claims,
    Optional<Ranking> ranking,
    List<Beside> published,
    List<String> notes) {
  /** Copies the lists. */
  public Comparison {
    rowKeys = List.copyOf(rowKeys);
    columnKeys = List.copyOf(columnKeys);
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
    tables = List.copyOf(tables);
    claims = List.copyOf(claims);
    published = List.copyOf(published);
    notes = List.copyOf(notes);
  }

  /**
   * Compares runs.
   *
   * @param results what was read
   * @param question what is to be compared
   * @throws InvalidInputException if no complete run is left, or a key is asked for that no run has
   * @throws IOException if records can no longer be read
   */
  public static Comparison of(Results results, Question question) throws IOException {
    List<RunRecord> wanted = Where.filter(results.runs(), question.where());
    List<RunRecord> complete =
        wanted.stream().filter(RunRecord::isComplete).map(RunRecord::withoutSearched).toList();
    List<String> notes = new ArrayList<>(Notes.of(results, wanted));
    if (complete.isEmpty()) {
      throw new InvalidInputException(
          "no complete run to compare" + (notes.isEmpty() ? "" : ": " + String.join(" ", notes)));
    }
    Layout layout = Layout.of(complete, question.rows(), question.columns());
    notes.addAll(Notes.of(layout, complete));
    Map<Path, RunFigures> figures = figures(layout);
    Builder builder = new Builder(layout, figures, notes);
    List<Table> tables = new ArrayList<>();
    for (Figure figure : question.figures()) {
      if (!figure.ofEpoch()) {
        tables.add(builder.table(figure, Optional.empty()));
      } else {
        for (Moment moment : question.moments()) {
          tables.add(builder.table(figure, Optional.of(moment)));
        }
      }
    }
    List<Claim> claims = new ArrayList<>();
    Optional<Ranking> ranking = Optional.empty();
    Optional<Table> tested = tables.stream().filter(table -> table.figure().ofEpoch()).findFirst();
    if (tested.isPresent() && layout.columns().size() > 1) {
      Claims found = Claims.of(layout, tested.get(), figures, question.against());
      claims.addAll(found.list());
      ranking = found.ranking();
      notes.addAll(found.notes());
      tables.set(tables.indexOf(tested.get()), tested.get().withMarks(found.marked()));
    }
    return new Comparison(
        layout.rowKeys(),
        layout.columnKeys(),
        layout.rows(),
        layout.columns(),
        tables,
        claims,
        ranking,
        Beside.of(layout, tables, question.published()),
        notes);
  }

  private static Map<Path, RunFigures> figures(Layout layout) {
    Map<Path, RunFigures> figures = new HashMap<>();
    for (SortedMap<Long, RunRecord> bySeed : layout.cells().values()) {
      bySeed.values().forEach(run -> figures.put(run.folder(), new RunFigures(run)));
    }
    return figures;
  }

  private record Builder(Layout layout, Map<Path, RunFigures> figures, List<String> notes) {

    Table table(Figure figure, Optional<Moment> moment) throws IOException {
      List<List<Optional<Cell>>> rows = new ArrayList<>();
      TreeSet<String> missing = new TreeSet<>();
      for (List<String> row : layout.rows()) {
        List<Optional<Cell>> cells = new ArrayList<>();
        for (List<String> column : layout.columns()) {
          cells.add(cell(layout.runs(row, column), figure, moment, missing));
        }
        rows.add(cells);
      }
      String title = title(figure, moment);
      if (!missing.isEmpty()) {
        notes.add(title + ": not in the records of " + Notes.some(missing, "run", "runs") + ".");
      }
      return new Table(figure, moment, title, rows, Set.of());
    }

    private Optional<Cell> cell(
        SortedMap<Long, RunRecord> runs,
        Figure figure,
        Optional<Moment> moment,
        Collection<String> missing)
        throws IOException {
      SortedMap<Long, Double> values = new TreeMap<>();
      SortedMap<Long, Path> sources = new TreeMap<>();
      for (RunRecord run : runs.values()) {
        OptionalDouble value =
            isHonest(run, moment)
                ? figures.get(run.folder()).value(figure, moment.orElse(Moment.LAST))
                : OptionalDouble.empty();
        if (value.isPresent()) {
          values.put(run.seed(), figure.scale() * value.getAsDouble());
          sources.put(run.seed(), run.folder());
        } else {
          missing.add(run.folder().toString());
        }
      }
      return values.isEmpty() ? Optional.empty() : Optional.of(Cell.of(values, sources));
    }

    /** A figure that was chosen on the test set stands under no other name beside others. */
    private boolean isHonest(RunRecord run, Optional<Moment> moment) {
      return !moment.equals(Optional.of(Moment.SELECTED))
          || run.selection() != Selection.TEST
          || selections().size() == 1;
    }

    private TreeSet<Selection> selections() {
      TreeSet<Selection> selections = new TreeSet<>();
      for (SortedMap<Long, RunRecord> bySeed : layout.cells().values()) {
        bySeed.values().forEach(run -> selections.add(run.selection()));
      }
      return selections;
    }

    private String title(Figure figure, Optional<Moment> moment) {
      String start = figure.title() + " [" + figure.unit() + "]";
      if (moment.isEmpty()) {
        return start;
      }
      return start
          + switch (moment.get()) {
            case LAST -> ", last epoch";
            case BEST_TEST -> ", best test epoch (chosen on the test set)";
            case SELECTED -> {
              TreeSet<Selection> selections = selections();
              if (selections.size() > 1) {
                selections.remove(Selection.TEST);
              }
              yield selections.size() > 1
                  ? ", selected epoch (the last, or best on validation)"
                  : switch (selections.first()) {
                    case LAST -> ", selected epoch (the last)";
                    case VALIDATION -> ", selected epoch (best on validation)";
                    case TEST -> ", best test epoch (chosen on the test set)";
                  };
            }
          };
    }
  }
}
