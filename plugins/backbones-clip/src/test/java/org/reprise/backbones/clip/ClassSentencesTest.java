package org.reprise.backbones.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.InvalidInputException;

final class ClassSentencesTest {
  private static final List<String> CLASSES = List.of("red circle", "dog");

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();

  @Test
  void aListForEachClassIsOneGroup() throws IOException {
    SourceTexts texts =
        read("{\"Dog\": [\"It barks.\", \"It barks.\"], \"red_circle\": [\"Round, red.\"]}");
    assertThat(texts.texts()).containsExactly("Round, red.", "It barks.", "It barks.");
    assertThat(texts.classes()).containsExactly(0, 1, 1);
    assertThat(texts.groups()).containsExactly(0, 0, 0);
    assertThat(notes).isEmpty();
  }

  @Test
  void groupsFollowEachOtherWithinAFileAndOverFiles() throws IOException {
    Path both =
        write(
            "{\"descriptive\": {\"dog\": [\"d\"], \"red circle\": [\"a\", \"b\"]},"
                + " \"distinctive\": {\"red circle\": [\"c\"], \"dog\": [\"e\"]}}");
    Path third = write("{\"cat\": [\"x\"], \"red-circle\": [\"f\"], \"dog\": [\"g\"]}");
    SourceTexts texts = ClassSentences.read(List.of(both, third)).of(CLASSES, notes::add);
    assertThat(texts.texts()).containsExactly("a", "b", "d", "c", "e", "f", "g");
    assertThat(texts.classes()).containsExactly(0, 0, 1, 0, 1, 0, 1);
    assertThat(texts.groups()).containsExactly(0, 0, 0, 1, 1, 2, 2);
    assertThat(notes).hasSize(1);
    assertThat(notes.get(0)).contains("1 class(es)");
  }

  @Test
  void aClassWithoutSentencesIsRefusedWithTheNearest() {
    assertThatThrownBy(() -> read("{\"dogs\": [\"It barks.\"], \"red circle\": [\"Round.\"]}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(
            "backbone.texts: ", "1 of the 2", "\"dog\"", "did you mean \"dogs\"?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|expected an object",
        "{}|expected an object",
        "{\"dog\": \"It barks.\"}|expected a list of sentences",
        "{\"dog\": []}|expected a list of sentences",
        "{\"dog\": [\"  \"]}|sentence 1 is no text",
        "{\"dog\": [\"a\", 3]}|sentence 2 is no text",
        "{\"a\": {\"dog\": [\"a\"]}, \"b\": [\"a\"]}|expected an object with a list",
        "{\"dog\": [\"a\"], \"DOG\": [\"b\"]}|stands there twice",
        "{\"dog\": [\"a\"], \"dog\": [\"b\"]}|not valid JSON",
        "{\"dog\": [\"a\"]} {}|not valid JSON",
        "{\"dog\": [|not valid JSON"
      })
  void anotherLayoutIsRefused(String content, String expected) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("backbone.texts: ", expected);
  }

  @Test
  void deepNestingAndMissingFilesAreRefused() {
    assertThatThrownBy(() -> read("{\"a\":".repeat(200_000)))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> ClassSentences.read(List.of(folder.resolve("none.json"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none.json: no such file");
  }

  private SourceTexts read(String content) throws IOException {
    return ClassSentences.read(List.of(write(content))).of(CLASSES, notes::add);
  }

  private Path write(String content) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "texts", ".json"), content);
  }
}
