package org.reprise.engine.compare;

import java.util.List;

/** Tables for a paper that uses the package booktabs. */
public final class LatexFormat implements ComparisonFormat {
  private static final Grid.Style STYLE =
      new Grid.Style("--", LatexFormat::escape, text -> "\\textbf{" + text + "}");

  @Override
  public String write(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    text.append("% needs \\usepackage{booktabs}\n");
    for (Table table : comparison.tables()) {
      List<List<String>> grid = Grid.of(comparison, table, STYLE);
      int keys = comparison.rowKeys().size();
      text.append("\\begin{table}\n\\centering\n\\caption{")
          .append(escape(capitalised(table.title())))
          .append("; mean $\\pm$ standard deviation over seeds ($n$).}\n\\begin{tabular}{")
          .append("l".repeat(keys))
          .append("r".repeat(grid.get(0).size() - keys))
          .append("}\n\\toprule\n");
      for (int row = 0; row < grid.size(); row++) {
        text.append(String.join(" & ", grid.get(row))).append(" \\\\\n");
        text.append(row == 0 ? "\\midrule\n" : "");
      }
      text.append("\\bottomrule\n\\end{tabular}\n\\end{table}\n\n");
    }
    comment(text, Wording.marks(comparison, "bold"));
    for (Wording.Section section : Wording.sections(comparison)) {
      comment(text, section.heading() + ":");
      section.lines().forEach(line -> comment(text, "  " + line));
    }
    comparison.notes().forEach(note -> comment(text, note));
    return text.toString();
  }

  private static void comment(StringBuilder text, String line) {
    text.append(line.isEmpty() ? "" : "% " + line.replaceAll("[\r\n]+", " ") + "\n");
  }

  private static String capitalised(String title) {
    return Character.toUpperCase(title.charAt(0)) + title.substring(1);
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      escaped.append(
          switch (c) {
            case '\\' -> "\\textbackslash{}";
            case '~' -> "\\textasciitilde{}";
            case '^' -> "\\textasciicircum{}";
            case '±' -> "$\\pm$";
            case '<', '>', '|' -> "$" + c + "$";
            case '&', '%', '$', '#', '_', '{', '}' -> "\\" + c;
            default -> String.valueOf(c);
          });
    }
    return escaped.toString();
  }
}
