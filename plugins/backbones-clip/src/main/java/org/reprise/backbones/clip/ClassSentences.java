package org.reprise.backbones.clip;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
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
import org.reprise.support.PlainFile;
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

  private static final String EXPECTED =
      "expected an object with a list of sentences for each class";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

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
      groups.addAll(read(file, place));
    }
    return new ClassSentences(
        List.copyOf(groups),
        "backbone.texts: " + String.join(", ", files.stream().map(Path::toString).toList()));
  }

  private static List<Map<String, List<String>>> read(Path file, String place) {
    try {
      PlainFile.fault(file)
          .ifPresent(
              why -> {
                throw new InvalidInputException(place + why);
              });
      if (Files.size(file) > LIMIT_BYTES) {
        throw new InvalidInputException(
            place + "larger than " + (LIMIT_BYTES >> 20) + " MiB, which no list of sentences is");
      }
      try (JsonParser json = JSON.createParser(Files.readAllBytes(file))) {
        List<Map<String, List<String>>> groups = groups(json, place);
        if (json.nextToken() != null) {
          throw new InvalidInputException(place + "not valid JSON: something follows its end");
        }
        return groups;
      }
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

  private static List<Map<String, List<String>>> groups(JsonParser json, String place)
      throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT || json.nextToken() != JsonToken.FIELD_NAME) {
      throw new InvalidInputException(place + EXPECTED);
    }
    String first = json.currentName();
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return List.of(group(json, first, place));
    }
    List<Map<String, List<String>>> groups = new ArrayList<>();
    String name = first;
    while (name != null) {
      String within = place + Shown.of(name) + ": ";
      if (json.currentToken() != JsonToken.START_OBJECT
          || json.nextToken() != JsonToken.FIELD_NAME) {
        throw new InvalidInputException(within + EXPECTED);
      }
      String firstClass = json.currentName();
      json.nextToken();
      groups.add(group(json, firstClass, within));
      name = json.nextFieldName();
      if (name != null) {
        json.nextToken();
      }
    }
    return groups;
  }

  /** Reads a group from the value of its first class on, to its end. */
  private static Map<String, List<String>> group(JsonParser json, String first, String place)
      throws IOException {
    Map<String, List<String>> group = new LinkedHashMap<>();
    String name = first;
    while (name != null) {
      String where = place + "class \"" + Shown.of(name) + "\": ";
      if (group.put(plain(name), sentences(json, where)) != null) {
        throw new InvalidInputException(where + "stands there twice");
      }
      name = json.nextFieldName();
      if (name != null) {
        json.nextToken();
      }
    }
    return group;
  }

  private static List<String> sentences(JsonParser json, String where) throws IOException {
    List<String> sentences = new ArrayList<>();
    if (json.currentToken() == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.VALUE_STRING || json.getText().isBlank()) {
          throw new InvalidInputException(
              where + "sentence " + (sentences.size() + 1) + " is no text, or an empty one");
        }
        sentences.add(json.getText());
      }
    }
    if (sentences.isEmpty()) {
      throw new InvalidInputException(where + "expected a list of sentences");
    }
    return List.copyOf(sentences);
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
