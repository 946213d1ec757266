package org.reprise.engine.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/**
 * Leaves out where things lie on the machine of a run: of an absolute path only its last name
 * stays, so that a page can be handed on.
 */
final class MachinePaths {
  private static final Pattern FOLDERS =
      Pattern.compile(
          "(?<![\\w.…/])(?:[A-Za-z]:[\\\\/]|/|~/)(?:[^\\s\"',:;\\[\\]{}/\\\\]+[/\\\\])+");

  private MachinePaths() {}

  /** Shortens the paths of a text. */
  static String shortened(String text) {
    return FOLDERS.matcher(text).replaceAll("…/");
  }

  /** Shortens the paths of every text of a tree; the tree itself stays as it is. */
  static JsonNode shortened(JsonNode node) {
    if (node instanceof TextNode text) {
      return JsonNodeFactory.instance.textNode(shortened(text.asText()));
    } else if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      array.forEach(item -> copy.add(shortened(item)));
      return copy;
    } else if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      object.properties().forEach(field -> copy.set(field.getKey(), shortened(field.getValue())));
      return copy;
    }
    return node;
  }
}
