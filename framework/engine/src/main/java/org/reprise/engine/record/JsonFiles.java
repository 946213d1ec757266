package org.reprise.engine.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.reprise.api.InvalidInputException;

/** JSON as run directories hold it. */
public final class JsonFiles {
  static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private JsonFiles() {}

  public static JsonNode parse(String text, String place) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      String message = e.getOriginalMessage().replaceAll("(?s) \\(start marker.*|\n.*", "");
      throw new InvalidInputException(place + ": not valid JSON: " + message, e);
    }
  }

  /**
   * Reads a text file of a run directory.
   *
   * @throws InvalidInputException if it is damaged
   */
  public static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(file + ": damaged: not UTF-8 text", e);
    }
  }

  /** Reads a JSON file of a run directory. */
  public static JsonNode read(Path file) throws IOException {
    return parse(text(file), file.toString());
  }

  public static String pretty(JsonNode node) {
    return node.toPrettyString() + System.lineSeparator();
  }

  /** Returns an empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Turns plain maps, lists and scalars into JSON. */
  public static JsonNode tree(Object plain) {
    return MAPPER.valueToTree(plain);
  }

  /** Turns a JSON object into plain maps, lists and scalars. */
  public static Map<String, Object> map(ObjectNode node) {
    return MAPPER.convertValue(node, new TypeReference<Map<String, Object>>() {});
  }
}
