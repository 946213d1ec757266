package org.reprise.backbones.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;

/** Against a plain tokenizer in Python (scripts/make-clip-fixtures.py), on a made-up vocabulary. */
final class TokenizerTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bpe_small.txt.gz", "tokenizer_small.json"})
  void tokensAreTheReferences(String vocabulary) throws IOException {
    Tokenizer tokenizer = new Tokenizer(Vocabulary.read(copy(vocabulary)));
    JsonNode cases;
    try (InputStream stream = getClass().getResourceAsStream("tokens_small.json")) {
      cases = new JsonMapper().readTree(stream);
    }
    assertThat(cases.size()).isGreaterThan(200);
    for (JsonNode entry : cases) {
      List<Integer> expected = new ArrayList<>();
      entry.get("tokens").forEach(token -> expected.add(token.asInt()));
      assertThat(tokenizer.words(entry.get("text").asText()))
          .as(entry.get("text").asText())
          .isEqualTo(expected);
    }
  }

  @Test
  void unpackedAndPackedVocabulariesAreTheSame() throws IOException {
    Path packed = copy("bpe_small.txt.gz");
    Path unpacked = folder.resolve("bpe.txt");
    try (InputStream stream = new GZIPInputStream(Files.newInputStream(packed))) {
      Files.copy(stream, unpacked);
    }
    assertThat(Vocabulary.read(unpacked)).isEqualTo(Vocabulary.read(packed));
    assertThat(Vocabulary.read(copy("tokenizer_small.json"))).isEqualTo(Vocabulary.read(packed));
  }

  @Test
  void mergesMayBePairsOfTexts() throws IOException {
    Path file = copy("tokenizer_small.json");
    String old = Files.readString(file);
    int from = old.indexOf("\"merges\": [") + "\"merges\": ".length();
    String pairs = old.substring(from).replaceAll("\"([^\" ]+) ([^\" ]+)\"", "[\"$1\", \"$2\"]");
    Path changed = folder.resolve("pairs.json");
    Files.writeString(changed, old.substring(0, from) + pairs);
    assertThat(Vocabulary.read(changed)).isEqualTo(Vocabulary.read(file));
  }

  @Test
  void marksStandAroundAText() throws IOException {
    Tokenizer tokenizer = new Tokenizer(Vocabulary.read(copy("bpe_small.txt.gz")));
    int[] tokens = tokenizer.encode("a photo", 77, false);
    assertThat(tokens[0]).isEqualTo(tokenizer.size() - 2);
    assertThat(tokens[tokens.length - 1]).isEqualTo(tokenizer.size() - 1);
    assertThat(tokenizer.encode("", 77, false)).hasSize(2);
    // the model reads at the first end mark
    assertThat(tokenizer.encode("a photo<|endoftext|> and more", 77, false)).isEqualTo(tokens);
  }

  @Test
  void aTextOfTooManyTokensIsAnErrorOrCut() throws IOException {
    Tokenizer tokenizer = new Tokenizer(Vocabulary.read(copy("bpe_small.txt.gz")));
    String digits = "7".repeat(75);
    assertThat(tokenizer.encode(digits, 77, false)).hasSize(77);
    assertThatThrownBy(() -> tokenizer.encode(digits + "7", 77, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("78 tokens, but the model takes 77")
        .hasMessageContaining("truncate: true");
    assertThat(tokenizer.encode(digits + "7", 77, true))
        .isEqualTo(tokenizer.encode(digits, 77, false));
  }

  @Test
  void anAbsurdlyLongTextIsRefusedAtOnce() throws IOException {
    Tokenizer tokenizer = new Tokenizer(Vocabulary.read(copy("bpe_small.txt.gz")));
    assertThatThrownBy(() -> tokenizer.encode("x".repeat(1_000_000), 77, true))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1000000 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#version\na b c\n",
        "#version\nab\n",
        "#version\na  b\n",
        "#version\n\u4e16 \u754c\n\u4e16 \u754c\n",
        "{",
        "{}",
        "{\"model\": {\"vocab\": {\"a\": \"b\"}}}",
        "{\"model\": {\"vocab\": {\"a\": 99999999999999}}}",
        "{\"model\": {\"vocab\": {\"a\": 1}, \"merges\": [3]}}",
        "{\"model\": {\"vocab\": {}, \"merges\": [[\"a\"]]}}",
        "{\"model\": {\"vocab\": {\"a\": 0, \"a</w>\": 1, \"<|endoftext|>\": 5}}}"
      })
  void filesThatAreNoVocabularyAreRefused(String content) throws IOException {
    Path file = folder.resolve("bad");
    Files.writeString(file, content);
    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void bytesAreRefusedAndBombsDoNotUnfold() throws IOException {
    Path file = folder.resolve("bad");
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = Files.readAllBytes(copy("bpe_small.txt.gz"));
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      Files.write(file, bytes);
      try {
        Vocabulary.read(file); // a flipped bit of the head's time or name does no harm
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not UTF-8");
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
      byte[] block = "a a\n".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 512; i++) {
        out.write(block);
      }
    }
    Files.write(file, bomb.toByteArray());
    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("larger than 64 MiB");
    assertThatThrownBy(() -> Vocabulary.read(folder.resolve("nowhere")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such file");
  }

  private Path copy(String resource) throws IOException {
    Path file = folder.resolve(resource);
    if (!Files.exists(file)) {
      try (InputStream stream = getClass().getResourceAsStream(resource)) {
        Files.copy(stream, file);
      }
    }
    return file;
  }
}
