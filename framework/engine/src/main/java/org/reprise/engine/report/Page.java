package org.reprise.engine.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One self-contained HTML file: a template, its styles and scripts, the library that draws, and the
 * data as one JSON block. A policy in its head forbids every request, and every script but these.
 */
final class Page {
  private static final String CHARTS = "echarts-6.1.0.min.js";
  private static final List<String> SCRIPTS =
      List.of("parts.js", "charts.js", "run.js", "ranks.js", "study.js", "pair.js", "page.js");

  private Page() {}

  /**
   * Makes a page.
   *
   * @param title of the document
   * @param data what it shows
   */
  static String html(String title, ObjectNode data) throws IOException {
    StringBuilder own = new StringBuilder("(() => {\n'use strict';\n");
    for (String script : SCRIPTS) {
      own.append(resource(script)).append('\n');
    }
    own.append("})();\n");
    String charts = resource(CHARTS).replace("</script", "<\\/script");
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("title", escape(title));
    parts.put(
        "policy",
        "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src "
            + hash(charts)
            + " "
            + hash(own.toString())
            + "; base-uri 'none'; form-action 'none'");
    parts.put("style", resource("page.css"));
    parts.put("charts", charts);
    parts.put("script", own.toString());
    parts.put("data", data.toString().replace("<", "\\u003c"));
    return fill(resource("page.html"), parts);
  }

  /** Puts parts in their places, {@code {{name}}}; what stands in a part is not looked at. */
  private static String fill(String template, Map<String, String> parts) {
    StringBuilder page = new StringBuilder();
    int from = 0;
    for (int open = template.indexOf("{{"); open >= 0; open = template.indexOf("{{", from)) {
      int close = template.indexOf("}}", open);
      page.append(template, from, open).append(parts.get(template.substring(open + 2, close)));
      from = close + 2;
    }
    return page.append(template, from, template.length()).toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = Page.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("the installation lacks " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
