package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reprise.engine.config.Names;

/** A line for each cell, RFC 4180; numbers as they are, not rounded. */
public final class CsvFormat implements ComparisonFormat {
  @Override
  public String write(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    List<String> head = new ArrayList<>(comparison.rowKeys());
    head.addAll(comparison.columnKeys());
    head.addAll(List.of("figure", "unit", "epoch", "mean", "standard deviation", "n"));
    line(text, head);
    for (Table table : comparison.tables()) {
      for (int row = 0; row < comparison.rows().size(); row++) {
        for (int column = 0; column < comparison.columns().size(); column++) {
          Optional<Cell> cell = table.cells().get(row).get(column);
          if (cell.isPresent()) {
            List<String> line = new ArrayList<>(comparison.rows().get(row));
            line.addAll(comparison.columns().get(column));
            line.add(Names.of(table.figure()));
            line.add(table.figure().unit());
            line.add(table.moment().map(Names::of).orElse(""));
            line.add(Double.toString(cell.get().summary().mean()));
            cell.get()
                .summary()
                .deviation()
                .ifPresentOrElse(value -> line.add(Double.toString(value)), () -> line.add(""));
            line.add(Integer.toString(cell.get().summary().n()));
            line(text, line);
          }
        }
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> fields) {
    text.append(String.join(",", fields.stream().map(CsvFormat::field).toList())).append('\n');
  }

  private static String field(String value) {
    return value.matches("[^\",\r\n]*") ? value : "\"" + value.replace("\"", "\"\"") + "\"";
  }
}
