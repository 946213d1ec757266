package org.reprise.engine.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.FileKind;

/** Reads YAML into nodes that keep line and column. */
final class YamlReader {
  private static final int LARGEST = 1 << 20;
  private static final int DEEPEST = 100;
  private static final Pattern GIVEN_BY_SHELL =
      Pattern.compile("/dev/stdin|/dev/fd/\\d+|/proc/(self|\\d+)/fd/\\d+");
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder()
          .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private final YAMLParser parser;
  private final String source;
  private final Path folder;

  private YamlReader(YAMLParser parser, String source, Path folder) {
    this.parser = parser;
    this.source = source;
    this.folder = folder;
  }

  /** Reads a file; relative paths in it are relative to its folder. */
  static YamlNode.Mapping readFile(Path file) {
    String text;
    try {
      text = readText(file);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(file + ": not UTF-8 text", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          (file.toString().isEmpty() ? "\"\"" : file)
              + (Files.isDirectory(file)
                  ? ": is a folder; an experiment is a YAML file"
                  : Files.exists(file)
                      ? ": cannot be read (" + e.getMessage() + ")"
                      : ": no such file"),
          e);
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    YamlNode node = read(text, file.toString(), folder, true);
    if (node instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    throw new ConfigException(
        List.of(
            new Problem(
                node.place(), "", "an experiment is a block of keys, found " + node.kind())));
  }

  private static String readText(Path file) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) > LARGEST) {
      throw new InvalidInputException(
          file + ": " + Files.size(file) + " bytes; an experiment has at most " + LARGEST);
    }
    // what a shell gives as a file has a writer or an end; a named pipe may have none
    if (Files.exists(file)
        && !Files.isRegularFile(file)
        && !Files.isDirectory(file)
        && !GIVEN_BY_SHELL.matcher(file.toString()).matches()) {
      throw new InvalidInputException(file + ": " + FileKind.SPECIAL);
    }
    byte[] bytes;
    try (InputStream stream = Files.newInputStream(file)) {
      bytes = stream.readNBytes(LARGEST + 1);
    }
    if (bytes.length > LARGEST) {
      throw new InvalidInputException(
          file + ": more than " + LARGEST + " bytes, the most that an experiment has");
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /** Reads one value from the command line; paths in it are relative to the working directory. */
  static YamlNode readValue(String text, String source) {
    return read(text, source, Path.of("").toAbsolutePath(), false);
  }

  private static YamlNode read(String text, String source, Path folder, boolean lines) {
    try (YAMLParser parser = FACTORY.createParser(text)) {
      YamlReader reader = new YamlReader(parser, source, folder);
      Place start = new Place(source, lines ? 1 : 0, 1, folder);
      if (parser.nextToken() == null) {
        return new YamlNode.Scalar("", YamlNode.ScalarType.NULL, start);
      }
      YamlNode node = reader.node(lines);
      if (parser.nextToken() != null) {
        throw new ConfigException(
            List.of(
                new Problem(
                    reader.place(lines),
                    "",
                    "one document was expected, a second one starts here")));
      }
      return node;
    } catch (StreamConstraintsException e) {
      throw new InvalidInputException(
          source + ": not an experiment: nested deeper than " + DEEPEST + " levels", e);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      Place place =
          new Place(
              source,
              lines && at != null ? at.getLineNr() : 0,
              at == null ? 1 : at.getColumnNr(),
              folder);
      String first = e.getOriginalMessage().lines().findFirst().orElse("");
      String detail =
          e.getOriginalMessage()
              .lines()
              .skip(1)
              .filter(line -> !line.startsWith(" "))
              .findFirst()
              .map(line -> "; " + line)
              .orElse("");
      throw new ConfigException(
          List.of(new Problem(place, "", "not valid YAML: " + first + detail)));
    } catch (IOException e) {
      throw new InvalidInputException(source + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private Place place(boolean lines) {
    JsonLocation at = parser.currentTokenLocation();
    return new Place(source, lines ? at.getLineNr() : 0, at.getColumnNr(), folder);
  }

  private YamlNode node(boolean lines) throws IOException {
    Place place = place(lines);
    JsonToken token = parser.currentToken();
    if (parser.isCurrentAlias()) {
      throw unread(place, "*" + parser.getText());
    }
    return switch (token) {
      case START_OBJECT -> mapping(place, lines);
      case START_ARRAY -> sequence(place, lines);
      case VALUE_NUMBER_INT ->
          new YamlNode.Scalar(parser.getText(), YamlNode.ScalarType.INTEGER, place);
      case VALUE_NUMBER_FLOAT ->
          new YamlNode.Scalar(parser.getText(), YamlNode.ScalarType.DECIMAL, place);
      case VALUE_TRUE, VALUE_FALSE ->
          new YamlNode.Scalar(parser.getText(), YamlNode.ScalarType.BOOLEAN, place);
      case VALUE_NULL -> new YamlNode.Scalar("", YamlNode.ScalarType.NULL, place);
      default -> new YamlNode.Scalar(parser.getText(), YamlNode.ScalarType.TEXT, place);
    };
  }

  // what an experiment says is to stand where it is read
  private static ConfigException unread(Place place, String text) {
    return new ConfigException(
        List.of(
            new Problem(
                place, "", "aliases and merges are not read, found " + text + "; write it out")));
  }

  private YamlNode sequence(Place place, boolean lines) throws IOException {
    List<YamlNode> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node(lines));
    }
    return new YamlNode.Sequence(items, place);
  }

  private YamlNode mapping(Place place, boolean lines) throws IOException {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    Map<String, Place> keys = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      Place keyPlace = place(lines);
      if (key.equals("<<")) {
        throw unread(keyPlace, key);
      }
      parser.nextToken();
      YamlNode value = node(lines);
      if (entries.put(key, value) != null) {
        throw new ConfigException(
            List.of(new Problem(keyPlace, key, "is given twice; first at " + keys.get(key))));
      }
      keys.put(key, keyPlace);
    }
    return new YamlNode.Mapping(entries, keys, place);
  }
}
