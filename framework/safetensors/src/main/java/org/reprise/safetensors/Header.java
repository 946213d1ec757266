package org.reprise.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;
import org.reprise.budget.Shown;

/**
 * Reads the header of a file token by token, as it may be 100 MB long, and makes sure that the
 * tensors cover the bytes after it once each.
 */
final class Header {
  private static final int DIMENSION_LIMIT = 64;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // names are as many and as long as the file likes, and are used once
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final String file;
  private final long dataSize;
  private final Budget budget;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private boolean hasMetadata;

  private Header(String file, long dataSize, Budget budget) {
    this.file = file;
    this.dataSize = dataSize;
    this.budget = budget;
  }

  /**
   * Reads a header.
   *
   * @param json its bytes and nothing after them
   * @param dataSize how many bytes follow it in the file
   * @param file what messages call the file
   * @param budget charged for what is kept
   * @throws SafetensorsException if it is not valid; the message names the tensor and its bytes
   */
  static Header read(InputStream json, long dataSize, String file, Budget budget)
      throws IOException {
    Header header = new Header(file, dataSize, budget);
    try (JsonParser parser = JSON.createParser(json)) {
      header.readObject(parser);
    } catch (JsonProcessingException e) {
      throw new SafetensorsException(
          file + ": the header is not valid JSON: " + Shown.of(e.getOriginalMessage(), 300), e);
    } catch (CharConversionException e) {
      throw new SafetensorsException(file + ": the header is not valid UTF-8", e);
    } catch (BudgetException e) {
      throw new SafetensorsException(file + ": the header is refused: " + e.getMessage(), e);
    }
    return header;
  }

  /** Returns what it says of each tensor, in the order of the header. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Returns the texts of {@code __metadata__}. */
  Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Makes sure that every byte after the header belongs to one tensor.
   *
   * @return the tensors in the order of their bytes
   * @throws SafetensorsException if two overlap, or bytes belong to none
   */
  List<Entry> laidOut() throws SafetensorsException {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long covered = 0;
    Entry before = null;
    for (Entry entry : sorted) {
      if (entry.begin() < covered) {
        throw new SafetensorsException(
            String.format(
                "%s: %s and %s overlap: %s and %s",
                file, before.shown(), entry.shown(), before.bytes(), entry.bytes()));
      }
      if (entry.begin() > covered) {
        throw new SafetensorsException(
            String.format(
                "%s: %s: a hole before its %s: bytes %d to %d belong to no tensor",
                file, entry.shown(), entry.bytes(), covered, entry.begin()));
      }
      covered = entry.end();
      before = entry;
    }
    if (covered != dataSize) {
      throw new SafetensorsException(
          String.format(
              "%s: bytes %d to %d after %s belong to no tensor",
              file,
              covered,
              dataSize,
              before == null ? "the header" : "the last, " + before.shown()));
    }
    return sorted;
  }

  private SafetensorsException wrong(String name, String message) {
    return new SafetensorsException(file + ": tensor \"" + Shown.of(name) + "\": " + message);
  }

  private void readObject(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new SafetensorsException(file + ": the header is not a JSON object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (name.equals("__metadata__")) {
        readMetadata(parser);
      } else {
        budget.charge(2 * Budget.ENTRY + 4 * Budget.OBJECT + Budget.TEXT + 2L * name.length());
        Entry entry = readEntry(name, parser);
        entry.check(dataSize, file);
        if (entries.put(name, entry) != null) {
          throw wrong(name, "the header names it twice");
        }
      }
    }
    if (parser.nextToken() != null) {
      throw new SafetensorsException(file + ": the header goes on after its JSON object");
    }
  }

  private void readMetadata(JsonParser parser) throws IOException {
    if (hasMetadata) {
      throw new SafetensorsException(file + ": the header has __metadata__ twice");
    }
    hasMetadata = true;
    JsonToken start = parser.nextToken();
    if (start == JsonToken.VALUE_NULL) {
      return;
    }
    if (start != JsonToken.START_OBJECT) {
      throw new SafetensorsException(file + ": __metadata__ is not an object of texts");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new SafetensorsException(
            file + ": __metadata__: \"" + Shown.of(key) + "\" is not a text");
      }
      String text = parser.getText();
      budget.charge(Budget.ENTRY + 2 * Budget.TEXT + 2L * key.length() + 2L * text.length());
      if (metadata.put(key, text) != null) {
        throw new SafetensorsException(
            file + ": __metadata__: \"" + Shown.of(key) + "\" is there twice");
      }
    }
  }

  private Entry readEntry(String name, JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw wrong(name, "dtype, shape and data_offsets are missing");
    }
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "dtype" -> {
          if (dtype != null || value != JsonToken.VALUE_STRING) {
            throw wrong(name, "dtype is to be one text");
          }
          dtype = parser.getText();
          budget.charge(Budget.TEXT + 2L * dtype.length());
        }
        case "shape" -> {
          if (shape != null) {
            throw wrong(name, "shape is there twice");
          }
          shape = integers(parser, name, "shape");
        }
        case "data_offsets" -> {
          if (offsets != null) {
            throw wrong(name, "data_offsets are there twice");
          }
          offsets = integers(parser, name, "data_offsets");
        }
        default -> parser.skipChildren(); // may come with a later version of the format
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw wrong(
          name,
          (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets") + " is missing");
    }
    if (offsets.length != 2) {
      throw wrong(name, "data_offsets are " + offsets.length + " numbers; expected begin and end");
    }
    return new Entry(name, dtype, shape, offsets[0], offsets[1]);
  }

  private long[] integers(JsonParser parser, String name, String field) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw wrong(name, "bad " + field + ": not a list of integers");
    }
    List<Long> found = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean fits =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && parser.getLongValue() >= 0;
      if (!fits) {
        String text = parser.getText(); // null at the end of a header that is cut off
        throw wrong(
            name,
            String.format(
                "bad %s: %s is not an integer from 0 to %d",
                field, text == null ? "its end" : Shown.of(text, 40), Long.MAX_VALUE));
      }
      if (found.size() == DIMENSION_LIMIT) {
        throw wrong(name, "bad " + field + ": more than " + DIMENSION_LIMIT + " numbers");
      }
      found.add(parser.getLongValue());
    }
    return found.stream().mapToLong(Long::longValue).toArray();
  }
}
