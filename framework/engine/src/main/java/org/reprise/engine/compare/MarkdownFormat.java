package org.reprise.engine.compare;

import java.util.List;

/** Tables as GitHub's Markdown has them. */
public final class MarkdownFormat implements ComparisonFormat {
  private static final Grid.Style STYLE =
      new Grid.Style("", MarkdownFormat::escape, text -> "**" + text + "**");

  @Override
  public String write(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    for (Table table : comparison.tables()) {
      text.append("**").append(escape(table.title())).append("**");
      text.append(", mean ± standard deviation over seeds (n)\n\n");
      List<List<String>> grid = Grid.of(comparison, table, STYLE);
      for (int row = 0; row < grid.size(); row++) {
        grid.get(row).forEach(cell -> text.append("| ").append(cell).append(' '));
        text.append("|\n");
        if (row == 0) {
          int keys = comparison.rowKeys().size();
          text.append("|---".repeat(keys));
          text.append("|--:".repeat(grid.get(0).size() - keys)).append("|\n");
        }
      }
      text.append('\n');
    }
    String marks = Wording.marks(comparison, "bold");
    text.append(marks.isEmpty() ? "" : marks + "\n\n");
    for (Wording.Section section : Wording.sections(comparison)) {
      text.append(section.heading()).append(":\n\n");
      section.lines().forEach(line -> text.append("- ").append(escape(line)).append('\n'));
      text.append('\n');
    }
    comparison.notes().forEach(note -> text.append("- ").append(escape(note)).append('\n'));
    return text.toString();
  }

  private static String escape(String text) {
    return text.replaceAll("([\\\\|*_`<\\[\\]])", "\\\\$1");
  }
}
