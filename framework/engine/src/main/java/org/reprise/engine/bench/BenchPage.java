package org.reprise.engine.bench;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** A bench's report as a page that needs nothing else. */
public final class BenchPage {
  private BenchPage() {}

  /**
   * Writes the page.
   *
   * @param table what was measured
   * @param head lines about the machine
   * @param compared lines about an older report; may be empty
   * @return HTML
   */
  public static String of(BenchTable table, List<String> head, List<String> compared) {
    Set<String> names = new TreeSet<>();
    table.rows().forEach(row -> names.addAll(row.figures().keySet()));
    StringBuilder page = new StringBuilder();
    page.append(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>reprise bench ")
        .append(escaped(table.bench()))
        .append(
            "</title><style>body{font:15px system-ui;margin:2em}table{border-collapse:collapse}")
        .append("td,th{padding:.3em .8em;border-bottom:1px solid #ccc;text-align:right}")
        .append(
            "td:first-child,th:first-child{text-align:left}</style></head><body>\n<h1>reprise bench ")
        .append(escaped(table.bench()))
        .append("</h1>\n");
    head.forEach(line -> page.append("<p>").append(escaped(line)).append("</p>\n"));
    page.append("<table><tr><th>measured</th>");
    names.forEach(name -> page.append("<th>").append(escaped(name)).append("</th>"));
    page.append("</tr>\n");
    for (BenchTable.Row row : table.rows()) {
      page.append("<tr><td>").append(escaped(row.what())).append("</td>");
      for (String name : names) {
        BenchTable.Figure figure = row.figures().get(name);
        boolean there = figure != null && Double.isFinite(figure.value());
        page.append("<td>")
            .append(there ? String.format(Locale.ROOT, "%.4g", figure.value()) : "")
            .append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</table>\n");
    if (!compared.isEmpty()) {
      page.append("<pre>").append(escaped(String.join("\n", compared))).append("</pre>\n");
    }
    return page.append("</body></html>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
