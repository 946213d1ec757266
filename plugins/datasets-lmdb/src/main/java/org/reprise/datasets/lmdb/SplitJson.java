package org.reprise.datasets.lmdb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.reprise.api.InvalidInputException;

/**
 * Class names from {@code split.json}: an object with lists "train", "val" and "test" of [path,
 * label, class name]. Names are taken from "test", ordered by label; of several names for one label
 * the last counts, as in the published code.
 */
final class SplitJson {
  private static final int MOST_CLASSES = 1_000_000;

  private final Path path;
  private final JsonParser json;
  private final Map<Integer, String> names = new TreeMap<>();

  private SplitJson(Path path, JsonParser json) {
    this.path = path;
    this.json = json;
  }

  /**
   * Reads the names.
   *
   * @return label {@code t} is the name at {@code t}; as they are written
   */
  static List<String> names(Path path) {
    try (JsonParser json = new JsonFactory().createParser(Files.newInputStream(path))) {
      return new SplitJson(path, json).read();
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          path + at(e.getLocation()) + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidInputException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private List<String> read() throws IOException {
    boolean hasTest = false;
    expect(JsonToken.START_OBJECT, "an object with lists \"train\", \"val\" and \"test\"");
    List<String> keys = new ArrayList<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      if (keys.size() < 10) {
        keys.add(key);
      }
      if (key.equals("test")) {
        hasTest = true;
        expect(JsonToken.START_ARRAY, "a list of [path, label, class name]");
        while (json.nextToken() != JsonToken.END_ARRAY) {
          entry();
        }
      } else {
        json.nextToken();
        json.skipChildren();
      }
    }
    if (!hasTest) {
      throw new InvalidInputException(
          path + ": no list \"test\", found " + (keys.isEmpty() ? "nothing" : keys));
    }
    return inOrder();
  }

  private void entry() throws IOException {
    String entry = "[path, label, class name]";
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw unexpected(entry);
    }
    // the last two of an entry count, whatever stands before them
    int label = -1;
    String name = null;
    int size = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      JsonToken token = json.currentToken();
      size++;
      if (token == JsonToken.VALUE_NUMBER_INT) {
        label = json.getIntValue();
        if (label < 0 || label >= MOST_CLASSES) {
          throw unexpected("a label from 0");
        }
      } else if (token == JsonToken.VALUE_STRING) {
        name = json.getText();
      } else {
        throw unexpected(entry);
      }
    }
    if (size != 3 || label < 0 || name == null) {
      throw unexpected(entry);
    }
    names.put(label, name);
  }

  private List<String> inOrder() {
    List<String> ordered = new ArrayList<>(names.size());
    for (Map.Entry<Integer, String> name : names.entrySet()) {
      if (name.getKey() != ordered.size()) {
        throw new InvalidInputException(
            String.format(
                "%s: \"test\" has no entry with label %d, but one with %d",
                path, ordered.size(), name.getKey()));
      }
      ordered.add(name.getValue());
    }
    if (ordered.isEmpty()) {
      throw new InvalidInputException(path + ": \"test\" is empty; class names are taken from it");
    }
    return ordered;
  }

  private void expect(JsonToken token, String what) throws IOException {
    if (json.nextToken() != token) {
      throw unexpected(what);
    }
  }

  private JsonParseException unexpected(String expected) {
    return new JsonParseException(
        json,
        "expected " + expected + ", found " + json.currentToken(),
        json.currentTokenLocation());
  }

  private static String at(JsonLocation location) {
    return location == null ? "" : ":" + location.getLineNr() + ":" + location.getColumnNr();
  }
}
