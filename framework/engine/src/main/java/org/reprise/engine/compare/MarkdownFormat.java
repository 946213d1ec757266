package org.reprise.engine.compare;

import java.util.List;

/** Tables as GitHub's Markdown has them. */
public final class MarkdownFormat implements ComparisonFormat {
  @Override
  public String write(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    for (Table table : comparison.tables()) {
      text.append("**").append(escape(table.title())).append("**");
      text.append(", mean ± standard deviation over seeds (n)\n\n");
      List<List<String>> grid = Grid.of(comparison, table, " ± ", "");
      for (int row = 0; row < grid.size(); row++) {
        line(text, grid.get(row));
        if (row == 0) {
          int keys = comparison.rowKeys().size();
          text.append("|---".repeat(keys));
          text.append("|--:".repeat(grid.get(0).size() - keys)).append("|\n");
        }
      }
      text.append('\n');
    }
    comparison.notes().forEach(note -> text.append("- ").append(escape(note)).append('\n'));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    cells.forEach(cell -> text.append("| ").append(escape(cell)).append(' '));
    text.append("|\n");
  }

  private static String escape(String text) {
    return text.replaceAll("([\\\\|*_`<\\[\\]])", "\\\\$1");
  }
}
