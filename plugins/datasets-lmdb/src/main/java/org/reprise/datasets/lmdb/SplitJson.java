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
import java.util.Set;
import java.util.TreeMap;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;

/**
 * Class names from {@code split.json}: an object with lists "train", "val" and "test" of [path,
 * label, class name]. Names are ordered by label; those of "test" count first, of several for one
 * label the last, as in the published code, and what it lacks is taken from "train" and "val".
 */
final class SplitJson {
  private static final int MOST_CLASSES = 1_000_000;
  private static final Set<String> LISTS = Set.of("train", "val", "test");

  private final Path path;
  private final JsonParser json;
  private final Map<Integer, String> names = new TreeMap<>();
  private final Map<Integer, String> otherNames = new TreeMap<>(); // not of "test"

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
          path + at(e.getLocation()) + ": " + withoutSource(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new InvalidInputException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private List<String> read() throws IOException {
    boolean hasList = false;
    expect(JsonToken.START_OBJECT, "an object with lists \"train\", \"val\" and \"test\"");
    List<String> keys = new ArrayList<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      if (keys.size() < 10) {
        keys.add(Shown.of(key, 40));
      }
      if (LISTS.contains(key)) {
        hasList = true;
        expect(JsonToken.START_ARRAY, "a list of [path, label, class name]");
        while (json.nextToken() != JsonToken.END_ARRAY) {
          entry(key.equals("test") ? names : otherNames);
        }
      } else {
        json.nextToken();
        json.skipChildren();
      }
    }
    if (!hasList) {
      throw new InvalidInputException(
          path
              + ": none of the lists \"train\", \"val\" and \"test\", found "
              + (keys.isEmpty() ? "nothing" : keys));
    }
    otherNames.forEach(names::putIfAbsent);
    return inOrder();
  }

  private void entry(Map<Integer, String> into) throws IOException {
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
          throw unexpected("a label from 0 to " + (MOST_CLASSES - 1), String.valueOf(label));
        }
      } else if (token == JsonToken.VALUE_STRING) {
        name = json.getText();
      } else {
        throw unexpected(entry);
      }
    }
    if (size != 3) {
      throw unexpected(entry, "a list of " + size);
    }
    if (label < 0 || name == null) {
      throw unexpected(entry, label < 0 ? "no number that is a label" : "no text that is a name");
    }
    into.put(label, name);
  }

  private List<String> inOrder() {
    List<String> ordered = new ArrayList<>(names.size());
    for (Map.Entry<Integer, String> name : names.entrySet()) {
      if (name.getKey() != ordered.size()) {
        throw new InvalidInputException(
            String.format(
                "%s: no list has an entry with label %d, but one has label %d",
                path, ordered.size(), name.getKey()));
      }
      ordered.add(name.getValue());
    }
    if (ordered.isEmpty()) {
      throw new InvalidInputException(
          path + ": its lists are empty; class names are taken from them");
    }
    return ordered;
  }

  private void expect(JsonToken token, String what) throws IOException {
    if (json.nextToken() != token) {
      throw unexpected(what);
    }
  }

  private JsonParseException unexpected(String expected) {
    JsonToken token = json.currentToken();
    String found =
        token == null
            ? "nothing"
            : switch (token) {
              case START_OBJECT -> "an object";
              case START_ARRAY, END_ARRAY -> "a list";
              case VALUE_STRING -> "a text";
              case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
              case VALUE_TRUE, VALUE_FALSE -> "true or false";
              case VALUE_NULL -> "null";
              default -> "something else";
            };
    return unexpected(expected, found);
  }

  private JsonParseException unexpected(String expected, String found) {
    return new JsonParseException(
        json, "expected " + expected + ", found " + found, json.currentTokenLocation());
  }

  // of a list or object that does not end, the parser shows where it began by a name of its own
  private static String withoutSource(String message) {
    return message.replaceFirst(" \\(start marker at .*", "");
  }

  private static String at(JsonLocation location) {
    return location == null
        ? ""
        : ":" + location.getLineNr() + ":" + Math.max(1, location.getColumnNr());
  }
}
