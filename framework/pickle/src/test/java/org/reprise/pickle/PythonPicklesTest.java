package org.reprise.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by Python, see scripts/make-pickle-fixtures.py. */
class PythonPicklesTest {
  private static final int MUTATIONS = Integer.getInteger("reprise.fuzz", 500);
  private static final long MOST_BYTES = 64L << 20; // of files of a few kB

  private static byte[] file(String name) throws IOException {
    try (InputStream stream = PythonPicklesTest.class.getResourceAsStream("/pickles/" + name)) {
      return stream.readAllBytes();
    }
  }

  private static Map<?, ?> read(String name) throws IOException {
    return (Map<?, ?>) PickleReader.read(ByteBuffer.wrap(file(name)), name, Globals.NUMPY);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void plainValuesOfEveryProtocol(int protocol) throws IOException {
    Map<?, ?> values = read("plain-" + protocol + ".pkl");

    assertThat(values.containsKey("none")).isTrue();
    assertThat(values.get("none")).isNull();
    assertThat(values.get("true")).isEqualTo(true);
    assertThat(values.get("false")).isEqualTo(false);
    assertThat(values.get("integers"))
        .isEqualTo(
            List.of(
                0L,
                1L,
                -1L,
                255L,
                256L,
                65535L,
                65536L,
                -(1L << 31),
                1L << 31,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                BigInteger.TWO.pow(63),
                BigInteger.TWO.pow(100).negate()));
    assertThat(values.get("floats"))
        .isEqualTo(
            List.of(
                0.0, -1.5, 1e300, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN));
    assertThat(values.get("texts"))
        .isEqualTo(
            List.of(
                "",
                "plain",
                "p\u00e4d \u20ac \uD83D\uDE00",
                "line\nbreak\\back'slash\"",
                "x".repeat(300)));
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    assertArrayEquals(
        new Object[] {new byte[0], new byte[] {'a', 'b', 'c'}, all, new byte[300]},
        ((List<?>) values.get("bytes")).toArray());
    assertThat((byte[]) values.get("bytearray"))
        .isEqualTo(new byte[] {0, -1, 'm', 'u', 't', 'a', 'b', 'l', 'e'});
    assertThat(values.get("tuples"))
        .isEqualTo(
            List.of(
                List.of(),
                List.of(1L),
                List.of(1L, 2L),
                List.of(1L, 2L, 3L),
                List.of(1L, 2L, 3L, 4L)));
    assertThat(((List<?>) values.get("tuples"))).allMatch(Tuple.class::isInstance);
    assertThat(((Map<?, ?>) values.get("ordered")).keySet().toArray()).containsExactly("z", "a");
    assertThat(values.get(7L)).isEqualTo("integer key");
    List<?> shared = (List<?>) values.get("shared");
    assertThat(shared.get(0)).isSameAs(shared.get(1)).isEqualTo(List.of(1L, 2L));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void numpyArraysOfEveryProtocol(int protocol) throws IOException {
    Map<?, ?> values = read("arrays-" + protocol + ".pkl");

    for (NdType type : NdType.values()) {
      String key = code(type);
      NdArray array = (NdArray) values.get(key);
      assertThat(array.type()).as(key).isEqualTo(type);
      assertThat(array.shape()).as(key).containsExactly(2, 3);
      for (int i = 0; i < 6; i++) {
        double expected = type == NdType.BOOL ? Math.min(i, 1) : type.isFloat() ? i * 0.5 : i;
        assertThat(array.doubleAt(i)).as("%s at %d", key, i).isEqualTo(expected);
        assertThat(array.longAt(i)).as("%s at %d", key, i).isEqualTo((long) expected);
      }
    }
    for (String order : List.of("big-endian", "fortran")) {
      NdArray array = (NdArray) values.get(order);
      for (int i = 0; i < 6; i++) {
        assertThat(array.doubleAt(i)).as("%s at %d", order, i).isEqualTo(i);
      }
    }
    assertThat(((NdArray) values.get("empty")).shape()).containsExactly(0, 4);
    assertThat(((NdArray) values.get("zero-dim")).doubleAt(0)).isEqualTo(2.5);
    assertThat(values.get("scalar")).isEqualTo(0.25);
    assertThat(values.get("int-scalar")).isEqualTo(-3L);
    assertThat(values.get("bool-scalar")).isEqualTo(true);
    assertThat(values.get("uint64-scalar"))
        .isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
  }

  private static String code(NdType type) {
    return type.name().substring(0, 1).toLowerCase(java.util.Locale.ROOT) + type.bytes();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void keysOfBytesAreTexts(int protocol) throws IOException {
    Map<?, ?> batch = read("batch-" + protocol + ".pkl");

    assertThat(batch.get("labels")).isEqualTo(List.of(3L, 0L));
    NdArray data = (NdArray) batch.get("data");
    assertThat(data.shape()).containsExactly(2, 12);
    assertThat(data.bytes().remaining()).isEqualTo(24);
    assertThat(data.longAt(23)).isEqualTo(23);
  }

  @Test
  void arraysAreRefusedWhereOnlyPlainValuesAreAllowed() throws IOException {
    byte[] bytes = file("arrays-4.pkl");
    assertThatThrownBy(() -> PickleReader.read(ByteBuffer.wrap(bytes), "some file", Globals.PLAIN))
        .isInstanceOf(PickleException.class)
        .hasMessageContaining("some file: byte ")
        .hasMessageContaining("numpy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain-0", "plain-2", "plain-4", "arrays-0", "arrays-3", "arrays-5"})
  void everyTruncationIsRefused(String name) throws IOException {
    byte[] whole = file(name + ".pkl");
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PickleReader.read(cut, name, Globals.NUMPY))
          .as("%s, %d bytes", name, length)
          .isInstanceOf(PickleException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  @Timeout(300)
  void mutatedFilesAreReadOrRefused() throws IOException {
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("-Dreprise.seed=" + seed + ", " + MUTATIONS + " mutated pickles");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long largest = 0;
    Random random = new Random(seed);
    String[] names = {"plain", "arrays", "batch"};
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      String name = names[random.nextInt(3)] + "-" + random.nextInt(6) + ".pkl";
      byte[] bytes = file(name);
      for (int change = 0; change <= random.nextInt(4); change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      long before = threads.getThreadAllocatedBytes(thread);
      try {
        PickleReader.read(ByteBuffer.wrap(bytes), name, Globals.NUMPY);
      } catch (PickleException e) {
        assertThat(e).as("seed %d, case %d", seed, i).hasMessageStartingWith(name + ": byte ");
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("-Dreprise.seed=" + seed + ", case " + i, e);
      }
      largest = Math.max(largest, threads.getThreadAllocatedBytes(thread) - before);
      assertThat(largest).as("seed %d, case %d: bytes allocated", seed, i).isLessThan(MOST_BYTES);
    }
    System.out.println(refused + " refused, the largest allocated " + largest + " bytes");
    assertThat(refused).isPositive();
  }
}
