package org.reprise.engine.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.reprise.api.InvalidInputException;

/** JSON as run directories hold it. */
final class JsonFiles {
  static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private JsonFiles() {}

  static JsonNode parse(String text, String place) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(place + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  static String pretty(JsonNode node) {
    return node.toPrettyString() + System.lineSeparator();
  }
}
