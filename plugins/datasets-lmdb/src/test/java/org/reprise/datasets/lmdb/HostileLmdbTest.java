package org.reprise.datasets.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.Split;
import org.reprise.testkit.FakeDatasetContext;
import org.reprise.testkit.HostileFiles;

/** LMDB files made to fill memory or to hang: each is refused by name, and costs little. */
class HostileLmdbTest {
  private static final long MOST_BYTES = 400L << 20; // allocated, garbage included
  private static final byte[] IMAGE = {1, 2, 3};

  @TempDir private Path folder;

  private Dataset open(byte[] train) throws IOException {
    Files.write(folder.resolve("train.lmdb"), train);
    Files.write(folder.resolve("test.lmdb"), sound());
    Files.writeString(folder.resolve("split.json"), "{\"test\": [[\"a\", 0, \"x\"]]}");
    return new LmdbFactory().create(new LmdbOptions(folder, 32), new FakeDatasetContext());
  }

  private static byte[] sound() {
    return with(LmdbBytes.number(1), LmdbBytes.keys("a", 1), LmdbBytes.sample(IMAGE, 0), 3);
  }

  private static byte[] with(byte[] length, byte[] keys, byte[] sample, long entries) {
    return LmdbBytes.file(Map.of("__len__", length, "__keys__", keys, "a", sample), entries);
  }

  @Test
  void aSoundFileOfTheSameMakerIsRead() throws IOException {
    try (Dataset data = open(sound())) {
      assertThat(data.size(Split.TRAIN)).isEqualTo(1);
      assertThat(((EncodedSample.File) data.read(Split.TRAIN, 0)).bytes()).isEqualTo(IMAGE);
    }
    byte[] large = new byte[5000];
    byte[] file = with(LmdbBytes.number(1), LmdbBytes.keys("a", 1), LmdbBytes.sample(large, 0), 3);
    try (Dataset data = open(file)) {
      assertThat(((EncodedSample.File) data.read(Split.TRAIN, 0)).bytes()).isEqualTo(large);
    }
  }

  private static Map<String, byte[]> cases() {
    byte[] one = LmdbBytes.number(1);
    byte[] key = LmdbBytes.keys("a", 1);
    byte[] sample = LmdbBytes.sample(IMAGE, 0);
    Map<String, byte[]> cases = new LinkedHashMap<>();
    int often = 1_000_000;
    cases.put(
        "one key a million times",
        with(LmdbBytes.number(often), LmdbBytes.keys("a", often), sample, often));
    cases.put("more keys than listed", with(LmdbBytes.number(1L << 62), key, sample, 1L << 62));
    cases.put(
        "more keys than entries", with(LmdbBytes.number(9), LmdbBytes.keys("a", 9), sample, 3));
    byte[] strings = LmdbBytes.bytes("\u0080\u0003](" + "U\u0001a".repeat(3_000_000) + "e.");
    cases.put("a sample of three million texts", with(one, key, strings, 3));
    cases.put("a sample that is no sample", with(one, key, one, 3));
    cases.put(
        "a page that is its own child",
        join(LmdbBytes.meta(2, 3, LmdbBytes.PAGE), LmdbBytes.loop()));
    cases.put("a root beyond the end", LmdbBytes.meta(1L << 62, 3, LmdbBytes.PAGE));
    cases.put("pages of no bytes", LmdbBytes.meta(2, 3, 0));
    byte[] claims = with(one, key, LmdbBytes.sample(new byte[5000], 0), 3);
    int at = indexOf(claims, (byte) 'a'); // the node's key; its length stands 8 bytes before
    java.nio.ByteBuffer.wrap(claims).putInt(at - 8, -1);
    cases.put("a value of 4 GB", claims);
    return cases;
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] all = java.util.Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  // keys are in order, "__keys__" and "__len__" before it, and nodes from the end of the page
  private static int indexOf(byte[] file, byte value) {
    for (int i = 2 * LmdbBytes.PAGE + 22; i < 3 * LmdbBytes.PAGE; i++) {
      if (file[i] == value && file[i - 2] == 1 && file[i - 1] == 0) {
        return i;
      }
    }
    throw new AssertionError("no such key");
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void eachIsRefusedByNameAndCostsLittle() {
    HostileFiles.check(
        cases(), this::open, folder.resolve("train.lmdb"), InvalidInputException.class, MOST_BYTES);
  }
}
