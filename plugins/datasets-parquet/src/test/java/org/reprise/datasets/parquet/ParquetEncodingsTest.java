package org.reprise.datasets.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.Split;
import org.reprise.testkit.FakeDatasetContext;

/** On files of Apache's library (scripts/MakeParquetFixtures.java) and of DuckDB. */
class ParquetEncodingsTest {
  @TempDir private Path folder;

  private static Path resource(String name) throws Exception {
    return Path.of(ParquetEncodingsTest.class.getResource("/" + name).toURI());
  }

  private static ColumnReader reader(ParquetFile file, String name) throws IOException {
    Column column =
        file.columns().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    return new ColumnReader(file, column, new PageCache());
  }

  private static String text(ColumnReader reader, int row) throws IOException {
    return new String(reader.bytes(row).orElseThrow(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"apache-uncompressed.parquet", "apache-gzip.parquet"})
  void readsWhatApachesLibraryWritesInVersion2(String name) throws Exception {
    try (ParquetFile file = ParquetFile.open(resource(name))) {
      Set<Integer> encodings = new TreeSet<>();
      for (Column column : file.columns()) {
        file.chunks(column).forEach(chunk -> encodings.addAll(chunk.encodings()));
      }
      assertThat(encodings).contains(Encoding.DELTA_BINARY_PACKED, Encoding.DELTA_BYTE_ARRAY);
      ColumnReader images = reader(file, "image.bytes");
      ColumnReader labels = reader(file, "label");
      ColumnReader flags = reader(file, "flag");
      ColumnReader small = reader(file, "small");
      ColumnReader large = reader(file, "large");
      assertThat(file.rows()).isEqualTo(300);
      for (int n = 299; n >= 0; n--) {
        if (n % 7 == 3) {
          assertThat(images.bytes(n)).isEmpty();
        } else {
          assertThat(text(images, n)).isEqualTo("row " + n / 10 + " begins, ends " + n);
        }
        assertThat(text(labels, n)).isEqualTo(List.of("ant", "ants", "\u00e4nt").get(n % 3));
        assertThat(flags.number(n)).contains(n % 100 < 50 || n % 3 == 0 ? 1L : 0L);
        assertThat(small.number(n)).contains((long) n % 3);
        assertThat(large.number(n))
            .contains(n * 1_000_000_007L * (n % 2 == 0 ? 1 : -5_000_000_009L));
      }
      assertThat(reader(file, "image.path").bytes(5)).isEmpty();
    }
  }

  private Dataset open(String name, Optional<String> label, Optional<Path> labels)
      throws Exception {
    Files.copy(resource(name), folder.resolve("train.parquet"));
    Files.copy(resource(name), folder.resolve("test.parquet"));
    return new ParquetFactory()
        .create(
            new ParquetOptions(folder, 32, Optional.empty(), label, labels),
            new FakeDatasetContext());
  }

  private static int[] labels(Dataset data) throws IOException {
    int[] labels = new int[data.size(Split.TRAIN)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.read(Split.TRAIN, i).label();
    }
    return labels;
  }

  @Test
  void labelsMayBeTexts() throws Exception {
    try (Dataset data = open("duckdb/text/train.parquet", Optional.empty(), Optional.empty())) {
      assertThat(data.labels()).containsExactly("cat", "dog");
      assertThat(labels(data)).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
    }
  }

  @Test
  void theOrderOfTextsMayBeGiven() throws Exception {
    Path names = Files.writeString(folder.resolve("names.txt"), "dog\ncat\nelk\n");
    try (Dataset data = open("duckdb/text/train.parquet", Optional.empty(), Optional.of(names))) {
      assertThat(data.labels()).containsExactly("dog", "cat", "elk");
      assertThat(labels(data)).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
    }
    Files.writeString(names, "dog\n");
    try (Dataset data =
        new ParquetFactory()
            .create(
                new ParquetOptions(
                    folder, 32, Optional.empty(), Optional.empty(), Optional.of(names)),
                new FakeDatasetContext())) {
      assertThatThrownBy(() -> data.read(Split.TRAIN, 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("row 0: label \"cat\" is none of the 1 class names of " + names);
    }
  }

  @Test
  void labelsMayBeTruthValues() throws Exception {
    try (Dataset data = open("duckdb/bool/train.parquet", Optional.empty(), Optional.empty())) {
      assertThat(data.labels()).containsExactly("false", "true");
      assertThat(labels(data)).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
    }
  }

  @Test
  void readsDuckDbsVersion2ThroughALink() throws Exception {
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.copy(resource("duckdb/delta/train.parquet"), real.resolve("train.parquet"));
    Files.copy(resource("duckdb/delta/train.parquet"), real.resolve("test.parquet"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    try (Dataset data =
        new ParquetFactory()
            .create(
                new ParquetOptions(link, 32, Optional.empty(), Optional.empty(), Optional.empty()),
                new FakeDatasetContext())) {
      assertThat(labels(data)).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
      EncodedSample.File image = (EncodedSample.File) data.read(Split.TRAIN, 7);
      assertThat(image.bytes()).hasSize(933).startsWith(0xff, 0xd8);
    }
  }

  @Test
  void theFirstPartOfALargeSetIsAPart() throws Exception {
    for (String part : List.of("default/partial-train", "default/test")) {
      Files.createDirectories(folder.resolve(part));
      Files.copy(
          resource("duckdb/delta/train.parquet"), folder.resolve(part).resolve("0000.parquet"));
    }
    assertThat(Shards.find(folder, false)).containsOnlyKeys(Split.TRAIN, Split.TEST);
    Files.delete(folder.resolve("default/partial-train/0000.parquet"));
    assertThat(Shards.find(folder, true)).containsOnlyKeys(Split.TEST);
  }

  /** Against numbers packed here, in every width. */
  @Test
  void deltaNumbersOfEveryWidth() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int width = 0; width <= 64; width++) {
      int count = 1 + random.nextInt(200);
      long[] values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = width == 0 ? 5L * i : random.nextLong() >> (64 - width);
      }
      ByteBuffer bytes = PackedNumbers.delta(values);
      int end = bytes.limit();
      assertThat(Delta.numbers(bytes, count)).as("width %d", width).isEqualTo(values);
      assertThat(bytes.position()).isEqualTo(end);
    }
  }

  @Test
  void runsAndPackedGroupsOfEveryWidth() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int width = 1; width <= 32; width++) {
      int[] values = new int[1000];
      for (int i = 0; i < values.length; i++) {
        boolean isRun = i / 100 % 2 == 0;
        values[i] = isRun && i % 100 != 0 ? values[i - 1] : random.nextInt() >>> (32 - width);
      }
      Runs runs = Runs.of(PackedNumbers.hybrid(values, width), width, values.length);
      int[] spread = new int[values.length];
      runs.forEach((from, to, value) -> Arrays.fill(spread, from, to, value));
      assertThat(spread).as("width %d", width).isEqualTo(values);
      for (int i = 0; i < 100; i++) {
        int index = random.nextInt(values.length);
        assertThat(runs.get(index)).isEqualTo(values[index]);
      }
    }
  }
}
