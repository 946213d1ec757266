package org.reprise.datasets.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.DamagedFiles;
import org.reprise.testkit.DatasetContract;
import org.reprise.testkit.Discovery;
import org.reprise.testkit.FakeDatasetContext;

/** On files that pyarrow wrote in several ways, see scripts/make-data-fixtures.py. */
class ParquetDatasetTest extends DatasetContract {
  private static final String SNAPPY =
      "data/train-00000-of-00002.parquet"; // 3 row groups, dictionary
  private static final String ZSTD =
      "data/train-00001-of-00002.parquet"; // version 2, plain, checksums
  private static final String GZIP = "data/validation-00000-of-00001.parquet";
  private static final String PLAIN = "data/test-00000-of-00001.parquet"; // version 2, uncompressed
  private static final List<String> FILES = List.of(SNAPPY, ZSTD, GZIP, PLAIN);
  @TempDir private Path folder;

  @BeforeEach
  void copy() throws Exception {
    for (String name : FILES) {
      copy("parquet/" + name, name);
    }
  }

  private void copy(String resource, String name) throws Exception {
    Path source = Path.of(ParquetDatasetTest.class.getResource("/" + resource).toURI());
    Files.createDirectories(folder.resolve(name).getParent());
    Files.write(folder.resolve(name), Files.readAllBytes(source));
  }

  @Override
  protected Dataset create() {
    return open(folder);
  }

  private static Dataset open(Path folder) {
    return open(folder, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Dataset open(
      Path folder, Optional<String> image, Optional<String> label, Optional<Path> labels) {
    return new ParquetFactory()
        .create(new ParquetOptions(folder, 128, image, label, labels), new FakeDatasetContext());
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(message.replace("ROOT", folder.toString()));
  }

  private static void assertSample(EncodedSample sample, int n) {
    byte[] bytes = new byte[10 + 397 * n % 5000];
    for (int j = 0; j < bytes.length; j++) {
      bytes[j] = (byte) ((13 * n + 7 * j) % 251);
    }
    assertThat(((EncodedSample.File) sample).bytes()).as(sample.place()).isEqualTo(bytes);
    assertThat(sample.label()).as(sample.place()).isEqualTo(n % 3);
  }

  @Test
  void readsShardsRowGroupsAndPagesOfEveryKind() throws IOException {
    try (Dataset data = create()) {
      assertThat(data.labels()).containsExactly("grey cat", "dog", "hot dog");
      assertThat(data.imageSize()).isEqualTo(ImageSize.square(128));
      assertThat(data.size(Split.TRAIN)).isEqualTo(20);
      assertThat(data.size(Split.VALIDATION)).isEqualTo(4);
      assertThat(data.size(Split.TEST)).isEqualTo(3);
      for (int n = 19; n >= 0; n--) {
        assertSample(data.read(Split.TRAIN, n), n);
      }
      for (int n = 0; n < 4; n++) {
        assertSample(data.read(Split.VALIDATION, n), 20 + n);
      }
      for (int n = 0; n < 3; n++) {
        assertSample(data.read(Split.TEST, n), 24 + n);
      }
      assertThat(data.read(Split.TRAIN, 13).place()).isEqualTo(folder.resolve(ZSTD) + ", row 1");
    }
  }

  @Test
  void validationIsTheTestPartWhereThereIsNoOther() throws IOException {
    Files.delete(folder.resolve(PLAIN));
    try (Dataset data = create()) {
      assertThat(data.size(Split.TEST)).isEqualTo(4);
      assertThat(data.size(Split.VALIDATION)).isZero();
    }
  }

  @Test
  void splitsMayBeFoldersOfOtherCompressions() throws Exception {
    Path other = folder.resolve("other");
    copy("parquet-lz4/test/0000.parquet", "other/default/test/0000.parquet");
    copy("parquet-lz4/train/0000.parquet", "other/default/train/0000.parquet");
    try (Dataset data = open(other)) {
      assertSample(data.read(Split.TEST, 2), 2);
      assertSample(data.read(Split.TRAIN, 2), 5); // brotli
    }
    refuses("ROOT: several folders with Parquet files, name one of them: [ROOT/data, ROOT/other/");
  }

  @Test
  void columnsAreFoundOrNamed() throws Exception {
    try (Dataset data =
        open(folder, Optional.of("image"), Optional.of("label"), Optional.empty())) {
      assertSample(data.read(Split.TRAIN, 4), 4);
    }
    assertThatThrownBy(() -> open(folder, Optional.empty(), Optional.of("lable"), Optional.empty()))
        .hasMessage(
            folder.resolve(SNAPPY)
                + ": no column \"lable\" of integers, texts or booleans; did you mean \"label\"? (known: id, label)");
    assertThatThrownBy(() -> open(folder, Optional.of("img"), Optional.empty(), Optional.empty()))
        .hasMessageContaining("no column \"img\" of a struct with \"bytes\"");
    assertThatThrownBy(() -> open(folder, Optional.empty(), Optional.of("id"), Optional.empty()))
        .hasMessageContaining("the schema brings no class names");
    Path names = folder.resolve("names.txt");
    Files.writeString(names, "a\nb\n\nc\n");
    try (Dataset data = open(folder, Optional.empty(), Optional.of("id"), Optional.of(names))) {
      assertThat(data.labels()).containsExactly("a", "b", "c");
      assertThat(data.read(Split.TRAIN, 2).label()).isEqualTo(2);
      assertThatThrownBy(() -> data.read(Split.TRAIN, 3))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(folder.resolve(SNAPPY) + ", row 3: label 3, expected 0 to 2");
    }
  }

  /** A shard without rows is one, too; and a name written in two forms is one class. */
  @Test
  void columnsMayLieInAStructOrBeBytesAlone() throws Exception {
    for (String shape : List.of("nested", "plain")) {
      for (String name : List.of("training-0.parquet", "testing.parquet")) {
        copy("parquet-shapes/" + shape + "/" + name, shape + "/" + name);
      }
      if (shape.equals("plain")) {
        copy("parquet-shapes/plain/training-1.parquet", "plain/training-1.parquet");
      }
      try (Dataset data = open(folder.resolve(shape))) {
        assertThat(data.labels()).containsExactly("b", "caf\u00e9");
        assertThat(data.size(Split.TRAIN)).isEqualTo(3);
        for (Split split : List.of(Split.TRAIN, Split.TEST)) {
          for (int n = 0; n < 3; n++) {
            EncodedSample sample = data.read(split, n);
            assertThat(((EncodedSample.File) sample).bytes()).hasSize(10 + 397 * n % 5000);
            assertThat(sample.label()).as(shape).isEqualTo(n == 2 ? 0 : 1);
          }
        }
      }
    }
    Path nested = folder.resolve("nested");
    open(nested, Optional.of("sample.picture"), Optional.of("sample.kind"), Optional.empty())
        .close();
    assertThatThrownBy(
            () -> open(nested, Optional.empty(), Optional.of("sample.knd"), Optional.empty()))
        .hasMessageContaining("did you mean \"sample.kind\"?");
    assertThatThrownBy(
            () ->
                open(
                    folder.resolve("plain"),
                    Optional.empty(),
                    Optional.of("JPG"),
                    Optional.empty()))
        .hasMessageContaining("column JPG (texts or bytes) cannot be the label");
  }

  @Test
  void showsTheTreeWhereFilesAreMissing() throws IOException {
    Files.delete(folder.resolve(ZSTD));
    refuses(
        "ROOT: 1 files beside data/train-00000-of-00002.parquet, expected 2 as its name says\n"
            + "expected:\n  train-*.parquet");
    Files.delete(folder.resolve(SNAPPY));
    refuses("ROOT: no Parquet files of the training part\nexpected:");
    assertThatThrownBy(() -> open(folder.resolve("daat")))
        .hasMessageStartingWith(
            folder.resolve("daat") + ": no such folder; did you mean \"data\"?\nexpected:");
  }

  @Test
  void refusesFilesOfOtherFormats() throws IOException {
    Path file = folder.resolve(PLAIN);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[5]);
    refuses(file + ": 5 bytes, too short for a Parquet file");
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    refuses(file + ": offset " + (whole.length - 5) + ": no Parquet mark; the file may be cut off");
    byte[] encrypted = whole.clone();
    encrypted[whole.length - 1] = 'E';
    Files.write(file, encrypted);
    refuses(file + ": an encrypted Parquet file, which is not read");
  }

  @Test
  void refusesOtherClassNamesInAnotherShard() throws IOException {
    Path file = folder.resolve(ZSTD);
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    Files.write(file, text.replace("hot_dog", "hot-cat").getBytes(StandardCharsets.ISO_8859_1));
    refuses(file + ": other class names than in " + folder.resolve(SNAPPY));
    assertThatThrownBy(
            () ->
                new ParquetOptions(folder, 0, Optional.empty(), Optional.empty(), Optional.empty()))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void theHostFindsTheFactory() {
    Discovery.assertListed(ParquetFactory.class);
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    DamagedFiles.check(folder, FILES, () -> open(folder));
  }
}
