package org.reprise.engine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;

class DigestsTest {
  @TempDir private Path folder;
  private Path cache;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    cache = folder.resolve("cache");
    file = Files.writeString(folder.resolve("weights.bin"), "some weights");
  }

  private Digests digests() {
    return new Digests(cache);
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private Path memory() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("digests"))) {
      return files.findFirst().orElseThrow();
    }
  }

  /** Waits until a file that was just written is trusted to change its times when it changes. */
  private String settle() throws Exception {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    String digest = digests().content(file);
    for (int i = 0; i < 60 && !Files.exists(cache.resolve("digests")); i++) {
      Thread.sleep(100);
      digest = digests().content(file);
    }
    assertThat(cache.resolve("digests")).isNotEmptyDirectory();
    return digest;
  }

  @Test
  void aFileIsItsContent() throws Exception {
    byte[] bytes = new byte[200_000];
    new Random(1).nextBytes(bytes);
    assertThat(digests().content(Files.write(file, bytes))).isEqualTo(sha256(bytes));
    assertThat(digests().content(Files.write(file, new byte[0]))).isEqualTo(sha256(new byte[0]));
    assertThat(Digests.ofText("é")).isEqualTo(sha256("é".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aFileThatWasJustWrittenIsNotRemembered() throws IOException {
    String before = digests().content(file);
    assertThat(cache.resolve("digests")).doesNotExist();
    Files.writeString(file, "same weights"); // as long, and perhaps in the same tick of the clock
    assertThat(digests().content(file)).isNotEqualTo(before);
  }

  @Test
  void aSettledFileIsReadOnce() throws Exception {
    String digest = settle();
    assertThat(digest).isEqualTo(sha256("some weights".getBytes(StandardCharsets.UTF_8)));
    // only the memory can know this
    Path memory = memory();
    String remembered = Files.readString(memory);
    Files.writeString(memory, remembered.replace(digest, "0".repeat(64)));
    assertThat(digests().content(file)).isEqualTo("0".repeat(64));
    assertThat(digests().content(folder.resolve("../" + folder.getFileName() + "/weights.bin")))
        .isEqualTo("0".repeat(64));
    // what was cut short is no memory
    Files.writeString(memory, remembered.substring(0, remembered.length() - 1));
    assertThat(digests().content(file)).isEqualTo(digest);

    // another size, another time, another file: each is read
    Files.writeString(memory(), remembered.replace(digest, "0".repeat(64)));
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "some other weights");
    Files.setLastModifiedTime(file, time);
    assertThat(digests().content(file))
        .isEqualTo(sha256("some other weights".getBytes(StandardCharsets.UTF_8)));
    Path copy = Files.copy(file, folder.resolve("copy.bin"));
    assertThat(digests().content(copy)).isEqualTo(digests().content(file));
  }

  @Test
  void aFileOfTheSameSizeAndTimeIsSeenToBeAnother() throws Exception {
    assumeTrue(file.getFileSystem().supportedFileAttributeViews().contains("unix"));
    String before = settle();
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "same weights");
    Files.setLastModifiedTime(file, time);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
    assertThat(digests().content(file))
        .isNotEqualTo(before)
        .isEqualTo(sha256("same weights".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aFolderIsItsRelativeNamesAndContents() throws IOException {
    Path data = folder.resolve("data");
    Files.createDirectories(data.resolve("cats/deep"));
    Files.writeString(data.resolve("cats/a.png"), "a");
    Files.writeString(data.resolve("cats/deep/b.png"), "b");
    String digest = digests().content(data);
    assertThat(digest).matches("[0-9a-f]{64}");

    Path moved = Files.move(data, folder.resolve("moved"));
    assertThat(digests().content(moved)).isEqualTo(digest);
    Files.createDirectories(moved.resolve("empty"));
    assertThat(digests().content(moved)).isEqualTo(digest);

    Files.writeString(moved.resolve("cats/deep/b.png"), "c");
    assertThat(digests().content(moved)).isNotEqualTo(digest);
    Files.writeString(moved.resolve("cats/deep/b.png"), "b");
    assertThat(digests().content(moved)).isEqualTo(digest);
    Files.move(moved.resolve("cats/a.png"), moved.resolve("cats/z.png"));
    assertThat(digests().content(moved)).isNotEqualTo(digest);
  }

  @Test
  void stampsChangeWhenSomebodyWrites() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path a = Files.writeString(data.resolve("a"), "a");
    String before = Digests.stamps(data);
    assertThat(Digests.stamps(data)).isEqualTo(before);
    Files.setLastModifiedTime(a, FileTime.fromMillis(1_000_000));
    String touched = Digests.stamps(data);
    assertThat(touched).isNotEqualTo(before);
    Files.writeString(data.resolve("b"), "");
    assertThat(Digests.stamps(data)).isNotEqualTo(touched);
    assertThat(Digests.stamps(a)).isNotEqualTo(Digests.stamps(data));
  }

  @Test
  void aCacheThatCannotBeWrittenCostsTimeOnly() throws Exception {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    cache = Files.writeString(folder.resolve("a file, no folder"), "");
    Thread.sleep(2100); // until the file is settled, and would be remembered
    assertThat(digests().content(file))
        .isEqualTo(sha256("some weights".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsNotThereIsNamed() {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> digests().content(absent))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(absent + ": cannot be read");
    assertThatThrownBy(() -> Digests.stamps(absent))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(absent + ": cannot be read");
  }
}
