package org.reprise.engine.compare;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns for a terminal. */
public final class TextFormat implements ComparisonFormat {
  private static final Grid.Style STYLE = new Grid.Style("-", text -> text, text -> text + " *");

  @Override
  public String write(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    for (Table table : comparison.tables()) {
      text.append(table.title()).append("; mean ± standard deviation over seeds (n)\n\n");
      grid(text, Grid.of(comparison, table, STYLE));
      text.append('\n');
    }
    String marks = Wording.marks(comparison, "*");
    text.append(marks.isEmpty() ? "" : marks + "\n\n");
    for (Wording.Section section : Wording.sections(comparison)) {
      text.append(section.heading()).append('\n');
      section.lines().forEach(line -> text.append("  ").append(line).append('\n'));
      text.append('\n');
    }
    comparison.notes().forEach(note -> text.append(note).append('\n'));
    return text.toString();
  }

  private static void grid(StringBuilder text, List<List<String>> grid) {
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < grid.get(0).size(); column++) {
      int at = column;
      widths.add(grid.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
    }
    for (List<String> row : grid) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(row.get(column));
        line.append(" ".repeat(widths.get(column) - row.get(column).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }
}
