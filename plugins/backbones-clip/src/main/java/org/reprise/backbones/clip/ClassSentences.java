package org.reprise.backbones.clip;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;
import org.reprise.support.NameForm;
import org.reprise.support.Suggestion;

/**
 * Sentences about each class, in groups. A JSON file holds one group, {@code {"class": ["sentence",
 * ...], ...}}, as CuPL's are published, or several, {@code {"group": {"class": [...], ...}, ...}}.
 * Of several files the groups follow each other.
 *
 * @param groups of each the sentences by class, the class in the form of {@link #plain}
 * @param place the files, for messages
 */
record ClassSentences(List<Map<String, List<String>>> groups, String place) {
  /** A thousand classes of forty sentences are 4 MB. */
  private static final long LIMIT_BYTES = 32L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads files.
   *
   * @param files at least one
   * @throws InvalidInputException if one cannot be read or has another layout
   */
  static ClassSentences read(List<Path> files) {
    List<Map<String, List<String>>> groups = new ArrayList<>();
    for (Path file : files) {
      String place = "backbone.texts: " + file + ": ";
      JsonNode root = parse(file, place);
      if (!root.isObject() || root.isEmpty()) {
        throw new InvalidInputException(
            place + "expected an object with a list of sentences for each class");
      }
      if (root.elements().next().isObject()) {
        root.properties()
            .forEach(
                group ->
                    groups.add(group(group.getValue(), place + Shown.of(group.getKey()) + ": ")));
      } else {
        groups.add(group(root, place));
      }
    }
    return new ClassSentences(
        List.copyOf(groups),
        "backbone.texts: " + String.join(", ", files.stream().map(Path::toString).toList()));
  }

  private static JsonNode parse(Path file, String place) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new InvalidInputException(place + "no such file");
      }
      if (Files.size(file) > LIMIT_BYTES) {
        throw new InvalidInputException(
            place + "larger than " + (LIMIT_BYTES >> 20) + " MiB, which no list of sentences is");
      }
      return JSON.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new InvalidInputException(
          place
              + "not valid JSON: "
              + Shown.of(e.getOriginalMessage(), 200)
              + (e.getLocation() == null
                  ? ""
                  : ", line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr()),
          e);
    } catch (IOException e) {
      throw new InvalidInputException(place + "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, List<String>> group(JsonNode classes, String place) {
    if (!classes.isObject()) {
      throw new InvalidInputException(
          place + "expected an object with a list of sentences for each class");
    }
    Map<String, List<String>> group = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : classes.properties()) {
      String where = place + "class \"" + Shown.of(entry.getKey()) + "\": ";
      if (!entry.getValue().isArray() || entry.getValue().isEmpty()) {
        throw new InvalidInputException(where + "expected a list of sentences");
      }
      List<String> sentences = new ArrayList<>();
      for (JsonNode sentence : entry.getValue()) {
        if (!sentence.isTextual() || sentence.textValue().isBlank()) {
          throw new InvalidInputException(
              where + "sentence " + (sentences.size() + 1) + " is no text, or an empty one");
        }
        sentences.add(sentence.textValue());
      }
      if (group.put(plain(entry.getKey()), List.copyOf(sentences)) != null) {
        throw new InvalidInputException(where + "stands there twice");
      }
    }
    return group;
  }

  /**
   * Finds the sentences of a task's classes. Names are compared without regard to case, {@code _},
   * {@code -} and spaces.
   *
   * @param names the classes, in order
   * @param notes is told of classes whose sentences are left out
   * @return group by group, class by class, in the order of the files
   * @throws InvalidInputException if a class has none in a group
   */
  SourceTexts of(List<String> names, Consumer<String> notes) {
    List<String> wanted = names.stream().map(ClassSentences::plain).toList();
    SourceTexts.Builder texts = new SourceTexts.Builder();
    for (int group = 0; group < groups.size(); group++) {
      Map<String, List<String>> classes = groups.get(group);
      List<String> missing = wanted.stream().filter(name -> !classes.containsKey(name)).toList();
      if (!missing.isEmpty()) {
        throw new InvalidInputException(
            String.format(
                "%s: %d of the %d classes have no sentences in group %d of %d, first \"%s\"%s",
                place,
                missing.size(),
                wanted.size(),
                group + 1,
                groups.size(),
                missing.get(0),
                Suggestion.didYouMean(missing.get(0), classes.keySet())));
      }
      long others = classes.keySet().stream().filter(name -> !wanted.contains(name)).count();
      if (others > 0) {
        notes.accept(place + ": sentences of " + others + " class(es) of other tasks are left out");
      }
      for (int target = 0; target < wanted.size(); target++) {
        for (String sentence : classes.get(wanted.get(target))) {
          texts.add(sentence, target, group);
        }
      }
    }
    return texts.build();
  }

  private static String plain(String name) {
    return NameForm.of(name).toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
  }
}
