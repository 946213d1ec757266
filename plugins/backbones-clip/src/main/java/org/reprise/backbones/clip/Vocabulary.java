package org.reprise.backbones.clip;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.reprise.api.InvalidInputException;

/**
 * The vocabulary of CLIP's byte-pair tokenizer: numbers of tokens, and which neighbours are joined
 * first.
 *
 * @param ids the number of each token; those that end a word end in {@code </w>}
 * @param ranks of joined pairs; the lowest is joined first
 */
record Vocabulary(Map<String, Integer> ids, Map<Pair, Integer> ranks) {
  static final String START = "<|startoftext|>";
  static final String END = "<|endoftext|>";
  static final String WORD_END = "</w>";

  /** Merges of the published vocabulary: 49152 tokens less the bytes, less the two marks. */
  private static final int MERGES = 49_152 - 256 - 2;

  private static final int LIMIT_BYTES = 64 << 20;

  /**
   * Two neighbours.
   *
   * @param left the first
   * @param right the second
   */
  record Pair(String left, String right) {}

  /**
   * Reads a vocabulary: OpenAI's {@code bpe_simple_vocab_16e6.txt.gz} (also unpacked), or a {@code
   * tokenizer.json}; told apart by their content.
   *
   * @throws InvalidInputException if it is neither; the message names the file and the line
   */
  static Vocabulary read(Path file) {
    byte[] content;
    try (InputStream stream = Files.newInputStream(file)) {
      content = limited(stream, file);
      if (content.length > 2 && content[0] == 0x1f && content[1] == (byte) 0x8b) {
        try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(content))) {
          content = limited(unpacked, file);
        }
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "backbone.vocabulary: "
              + file
              + (Files.exists(file) ? ": cannot be read: " + e.getMessage() : ": no such file"),
          e);
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("backbone.vocabulary: " + file + ": not UTF-8 text", e);
    }
    return text.stripLeading().startsWith("{") ? json(text, file) : lines(text, file);
  }

  private static byte[] limited(InputStream stream, Path file) throws IOException {
    byte[] bytes = stream.readNBytes(LIMIT_BYTES + 1);
    if (bytes.length > LIMIT_BYTES) {
      throw new InvalidInputException(
          "backbone.vocabulary: "
              + file
              + ": larger than "
              + (LIMIT_BYTES >> 20)
              + " MiB; not a vocabulary of CLIP");
    }
    return bytes;
  }

  // a head line, then a pair a line; the numbers follow from the order
  private static Vocabulary lines(String text, Path file) {
    List<Pair> merges = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (number == 1 || line.isBlank()) {
        continue;
      }
      if (merges.size() == MERGES) {
        break;
      }
      merges.add(pair(line, file + ":" + number));
    }
    List<String> tokens = new ArrayList<>(ByteLetters.inOrder());
    ByteLetters.inOrder().forEach(letter -> tokens.add(letter + WORD_END));
    merges.forEach(merge -> tokens.add(merge.left() + merge.right()));
    tokens.add(START);
    tokens.add(END);
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    return checked(ids, merges, tokens.size(), file);
  }

  private static Pair pair(String line, String place) {
    String[] parts = line.strip().split(" ", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new InvalidInputException(
          "backbone.vocabulary: "
              + place
              + ": expected two parts with a space between, found \""
              + (line.length() > 60 ? line.substring(0, 60) + "..." : line)
              + "\"");
    }
    return new Pair(parts[0], parts[1]);
  }

  private static Vocabulary json(String text, Path file) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<Pair> merges = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        if (key.equals("model") && parser.currentToken() == JsonToken.START_OBJECT) {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String part = parser.currentName();
            JsonToken value = parser.nextToken();
            if (part.equals("vocab") && value == JsonToken.START_OBJECT) {
              readIds(parser, ids);
            } else if (part.equals("merges") && value == JsonToken.START_ARRAY) {
              readMerges(parser, merges, file);
            } else {
              parser.skipChildren();
            }
          }
        } else {
          parser.skipChildren();
        }
      }
    } catch (JsonParseException e) {
      throw new InvalidInputException(
          String.format(
              "backbone.vocabulary: %s:%d:%d: %s",
              file,
              e.getLocation().getLineNr(),
              e.getLocation().getColumnNr(),
              e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "backbone.vocabulary: " + file + ": cannot be read: " + e.getMessage(), e);
    }
    int largest = ids.values().stream().mapToInt(id -> id).max().orElse(-1);
    return checked(ids, merges, largest + 1, file);
  }

  private static void readIds(JsonParser parser, Map<String, Integer> ids) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String token = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new JsonParseException(parser, "the number of token \"" + token + "\" is missing");
      }
      ids.put(token, parser.getIntValue());
    }
  }

  // "a b" in older files, ["a", "b"] in newer ones
  private static void readMerges(JsonParser parser, List<Pair> merges, Path file)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String place = file + ": merge " + merges.size();
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        merges.add(pair(parser.getText(), place));
      } else if (parser.currentToken() == JsonToken.START_ARRAY) {
        String left = parser.nextTextValue();
        String right = parser.nextTextValue();
        if (left == null || right == null || parser.nextToken() != JsonToken.END_ARRAY) {
          throw new JsonParseException(parser, "merge " + merges.size() + " is not two texts");
        }
        merges.add(new Pair(left, right));
      } else {
        throw new JsonParseException(parser, "merge " + merges.size() + " is not a text");
      }
    }
  }

  /** Makes sure that whatever the tokenizer can come to has a number. */
  private static Vocabulary checked(
      Map<String, Integer> ids, List<Pair> merges, int size, Path file) {
    String where = "backbone.vocabulary: " + file + ": ";
    if (ids.values().stream().distinct().count() != ids.size()
        || ids.size() != size
        || ids.values().stream().anyMatch(id -> id < 0)) {
      throw new InvalidInputException(
          where
              + "not a byte-pair vocabulary of CLIP: "
              + ids.size()
              + " tokens with numbers up to "
              + (size - 1)
              + "; expected each number once");
    }
    List<String> wanted = new ArrayList<>(List.of(START, END));
    for (String letter : ByteLetters.inOrder()) {
      wanted.add(letter);
      wanted.add(letter + WORD_END);
    }
    Map<Pair, Integer> ranks = new HashMap<>();
    for (Pair merge : merges) {
      wanted.add(merge.left() + merge.right());
      ranks.putIfAbsent(merge, ranks.size());
    }
    for (String token : wanted) {
      if (!ids.containsKey(token)) {
        throw new InvalidInputException(
            where + "not a byte-pair vocabulary of CLIP: token \"" + token + "\" has no number");
      }
    }
    return new Vocabulary(ids, ranks);
  }
}
