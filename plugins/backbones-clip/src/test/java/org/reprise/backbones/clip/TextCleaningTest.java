package org.reprise.backbones.clip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against ftfy and Python's html.unescape (scripts/make-text-fixtures.py). */
final class TextCleaningTest {
  @TempDir private Path folder;

  @Test
  void textsBecomeWhatFtfyMakesOfThem() throws IOException {
    JsonNode rows;
    try (InputStream stream = getClass().getResourceAsStream("cleaned_texts.json")) {
      rows = new JsonMapper().readTree(stream);
    }
    assertThat(rows.size()).isGreaterThan(100);
    for (JsonNode row : rows) {
      assertThat(TextCleaning.clean(row.get("text").asText()))
          .as(row.get("text").toString())
          .isEqualTo(row.get("clean").asText());
    }
  }

  @Test
  void composedAndDecomposedNamesHaveTheSameTokens() throws IOException {
    Path file = folder.resolve("bpe.txt.gz");
    try (InputStream stream = getClass().getResourceAsStream("bpe_small.txt.gz")) {
      Files.copy(stream, file);
    }
    Tokenizer tokenizer = new Tokenizer(Vocabulary.read(file));
    String composed = "caf\u00e9 \u00c5ngstr\u00f6m's";
    for (String other :
        new String[] {
          Normalizer.normalize(composed, Normalizer.Form.NFD),
          composed.replace('\'', '\u2019'),
          composed.replace("c", "\uff43")
        }) {
      assertThat(other).isNotEqualTo(composed);
      assertThat(tokenizer.words(other)).isEqualTo(tokenizer.words(composed));
    }
  }
}
