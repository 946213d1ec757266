package org.reprise.datasets.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.Split;
import org.reprise.datasets.parquet.ParquetBytes.Struct;
import org.reprise.testkit.FakeDatasetContext;
import org.reprise.testkit.HostileFiles;

/** Files made to fill memory or to hang: each is refused by name, and costs little. */
class HostileParquetTest {
  private static final long MOST_BYTES = 100 << 20; // allocated, garbage included
  @TempDir private Path folder;

  private Dataset open(byte[] train) throws IOException {
    Files.write(folder.resolve("train.parquet"), train);
    Files.write(folder.resolve("test.parquet"), ParquetBytes.sound(2));
    return new ParquetFactory()
        .create(
            new ParquetOptions(folder, 32, Optional.empty(), Optional.empty(), Optional.empty()),
            new FakeDatasetContext());
  }

  @Test
  void aSoundFileOfTheSameMakerIsRead() throws IOException {
    try (Dataset data = open(ParquetBytes.sound(4))) {
      EncodedSample.File sample = (EncodedSample.File) data.read(Split.TRAIN, 3);
      assertThat(sample.bytes()).containsExactly(3, 2, 3);
      assertThat(sample.label()).isEqualTo(1);
    }
    try (Dataset data = open(ParquetBytes.runs(1000, 2, 3, 0, 1))) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(6000);
      assertThat(((EncodedSample.File) data.read(Split.TRAIN, 5999)).bytes())
          .containsExactly(1, 2, 3);
    }
  }

  private static Map<String, byte[]> cases() {
    byte[] image = ParquetBytes.page(0, 1, 0, ParquetBytes.plain(new byte[3]));
    byte[] label = ParquetBytes.page(0, 1, 0, ParquetBytes.number(1));
    byte[] body = ParquetBytes.concat(image, label);
    Struct group = ParquetBytes.group(image, label, 0, 0, 1);
    Map<String, byte[]> cases = new LinkedHashMap<>();
    cases.put("16 million rows in a run", ParquetBytes.runs(16_000_000, 1, 1, 0, 1));
    cases.put("2 billion rows", ParquetBytes.runs(16_000_000, 1, 130, 0, 1));
    cases.put("a million rows in one chunk's groups", ParquetBytes.runs(1, 1000, 1000, 0, 1));
    cases.put("an index beyond the dictionary", ParquetBytes.runs(100, 1, 1, 200, 8));
    cases.put("a negative index", ParquetBytes.runs(100, 1, 1, -1, 32));
    Struct pre = new Struct().number(1, 1);
    byte[] nested = new byte[200_000];
    java.util.Arrays.fill(nested, (byte) 0xf9); // lists of lists that claim what is left
    cases.put("lists in lists", ParquetBytes.file(body, pre.list(9, 9, 100_000, nested).bytes()));
    cases.put(
        "a million schema elements",
        ParquetBytes.file(
            body, new Struct().number(1, 1).list(2, 12, 1_000_000, new byte[1_000_000]).bytes()));
    cases.put(
        "children without end",
        ParquetBytes.file(
            body,
            new Struct().list(2, List.of(new Struct().text(4, "s").number(5, 1 << 30))).bytes()));
    cases.put(
        "a schema a thousand deep",
        ParquetBytes.file(
            body,
            new Struct()
                .list(2, Collections.nCopies(1000, new Struct().text(4, "s").number(5, 1)))
                .bytes()));
    Struct huge = ParquetBytes.group(image, label, 0, 0, Long.MAX_VALUE);
    cases.put(
        "rows that wrap around",
        ParquetBytes.file(body, ParquetBytes.footer(List.of(group, huge, huge), -1L).bytes()));
    byte[] bomb = ParquetBytes.page(0, 1L << 31, 1, 0, new byte[50]);
    cases.put(
        "a page of 2 GB",
        ParquetBytes.file(
            ParquetBytes.concat(bomb, label),
            ParquetBytes.footer(List.of(ParquetBytes.group(bomb, label, 2, 0, 1)), 1).bytes()));
    byte[] overfull = ParquetBytes.page(0, 1 << 30, 8, ParquetBytes.run(0, 1, 1 << 30));
    cases.put(
        "a page of more values than rows",
        ParquetBytes.file(
            ParquetBytes.concat(overfull, label),
            ParquetBytes.footer(List.of(ParquetBytes.group(overfull, label, 0, 8, 1)), 1).bytes()));
    byte[] prefixes =
        ParquetBytes.concat(
            PackedNumbers.delta(prefixes(20_000)).array(),
            PackedNumbers.delta(filled(20_000, 1 << 15)).array());
    byte[] shared =
        ParquetBytes.page(0, 20_000, 7, ParquetBytes.concat(prefixes, new byte[1 << 16]));
    cases.put(
        "values that share what is not there",
        ParquetBytes.file(
            ParquetBytes.concat(shared, label),
            ParquetBytes.footer(List.of(ParquetBytes.group(shared, label, 0, 7, 20_000)), 20_000)
                .bytes()));
    byte[] note = new Struct().text(1, "huggingface").text(2, "[".repeat(100_000)).bytes();
    cases.put(
        "a note nested deep",
        ParquetBytes.file(
            body,
            new Struct()
                .number(1, 1)
                .list(2, ParquetBytes.schema())
                .number(3, 1)
                .list(4, List.of(group))
                .list(5, 12, 1, note)
                .bytes()));
    return cases;
  }

  private static long[] prefixes(int count) {
    long[] values = filled(count, 1L << 30);
    values[0] = 0;
    return values;
  }

  private static long[] filled(int count, long value) {
    long[] values = new long[count];
    java.util.Arrays.fill(values, value);
    return values;
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void eachIsRefusedByNameAndCostsLittle() {
    HostileFiles.check(
        cases(),
        this::open,
        folder.resolve("train.parquet"),
        InvalidInputException.class,
        MOST_BYTES);
  }

  @Test
  void fieldsThatNobodyKnowsLeaveNothingBehind() throws IOException {
    byte[] image = ParquetBytes.page(0, 1, 0, ParquetBytes.plain(new byte[3]));
    byte[] label = ParquetBytes.page(0, 1, 0, ParquetBytes.number(1));
    Struct footer = ParquetBytes.footer(List.of(ParquetBytes.group(image, label, 0, 0, 1)), 1);
    footer.list(9, 12, 5_000_000, new byte[5_000_000]); // as many empty structs
    try (Dataset data =
        open(ParquetBytes.file(ParquetBytes.concat(image, label), footer.bytes()))) {
      assertThat(data.read(Split.TRAIN, 0).label()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNotReadIsRefusedOnceWhenOpened() {
    byte[] image = ParquetBytes.page(0, 1, 9, new byte[3]);
    byte[] label = ParquetBytes.page(0, 1, 0, ParquetBytes.number(1));
    byte[] body = ParquetBytes.concat(image, label);
    assertThatThrownBy(
            () ->
                open(
                    ParquetBytes.file(
                        body,
                        ParquetBytes.footer(List.of(ParquetBytes.group(image, label, 0, 9, 1)), 1)
                            .bytes())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("column label has encoding BYTE_STREAM_SPLIT, which is not read");
    assertThatThrownBy(
            () ->
                open(
                    ParquetBytes.file(
                        body,
                        ParquetBytes.footer(List.of(ParquetBytes.group(image, label, 3, 0, 1)), 1)
                            .bytes())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("column label has compression \"lzo\", which is not read");
  }
}
