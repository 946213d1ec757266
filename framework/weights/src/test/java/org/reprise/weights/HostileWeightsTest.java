package org.reprise.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.reprise.weights.MadeTorchFile.bytes;
import static org.reprise.weights.MadeTorchFile.dict;
import static org.reprise.weights.MadeTorchFile.tensor;
import static org.reprise.weights.MadeTorchFile.text;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.pickle.PickleException;

/** Small files that would take hours or gigabytes if they were believed. */
class HostileWeightsTest {
  /** What the largest of these files may allocate in all, most of it dropped again at once. */
  private static final long MOST_BYTES = 400L << 20;

  @TempDir private Path folder;

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static void refused(Path file, String... messages) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(60), // some seconds on a machine that is not busy
        () -> {
          long before = allocated();
          assertThatThrownBy(() -> StateDict.open(file))
              .isInstanceOfAny(WeightsException.class, PickleException.class)
              .hasMessageContaining(file.toString())
              .hasMessageContainingAll(messages)
              .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
          assertThat(allocated() - before).isLessThan(MOST_BYTES);
        });
  }

  private Path pickle(String content) throws IOException {
    Path file = folder.resolve("evil.pkl");
    Files.write(file, bytes("\u0080\u0002" + content + "."));
    return file;
  }

  private Path packed(String start, String block, int times, String end) throws IOException {
    Path file = folder.resolve("evil.pth");
    try (MadeTorchFile made = new MadeTorchFile(file)) {
      // one deflated entry: blocks between a start and an end
      byte[] whole = bytes("\u0080\u0002" + start + block.repeat(times) + end + ".");
      made.packed("a/data.pkl", whole, 1);
    }
    return file;
  }

  @Test
  void oneListMadeADictAgainAndAgain() throws IOException {
    String start =
        "ccollections\nOrderedDict\nq\u0000K\u0001K\u0002\u0086q\u0001]("
            + "h\u0001".repeat(100_000)
            + "eq\u00020h\u0002\u0085q\u00030";
    refused(packed(start, "h\u0000h\u0003R0", 100_000, "N"), "unfolds to more than");
    // the same as a Counter of a dict
    String counter =
        "ccollections\nCounter\nq\u0000}("
            + numbered(20_000, i -> "M" + little(i, 2) + "N")
            + "u\u0085q\u00010";
    refused(packed(counter, "h\u0000h\u0001R0", 100_000, "N"), "unfolds to more than");
  }

  @Test
  void keysOfOneHashInTwoKinds() throws IOException {
    String keys =
        numbered(
            100_000,
            i ->
                "\u008a\u0008"
                    + little(i, 4)
                    + little(i, 4)
                    + "NG"
                    + reversed(little(i, 4))
                    + reversed(little(i, 4))
                    + "N");
    refused(pickle("}(" + keys + "u"), "unfolds to more than");
  }

  @Test
  void longKeysOfOneHash() throws IOException {
    String common = "x".repeat(500_000);
    String start = text(common + "Aa") + "q\u00000" + text(common + "BB") + "q\u00010}(";
    refused(pickle(start + "h\u0000Nh\u0001N".repeat(200_000) + "u"), "unfolds to more than");
  }

  @Test
  void textsWithoutEnd() throws IOException {
    refused(packed("](", "U\u0001a", 4_000_000, "e"), "unfolds to more than", "evil.pth");
    refused(packed("S'", "a", 30_000_000, "'\n"), "unfolds to more than");
    refused(packed("c", "a", 30_000_000, "\nb\n"), "a name or number of 30000000 characters");
  }

  @Test
  void aNameInFrontOfThousands() throws IOException {
    String inner = dict() + "(" + numbered(3000, i -> "M" + little(i, 2) + "N") + "u";
    refused(pickle(dict("A".repeat(1_000_000), inner)), "unfolds to more than");
  }

  @Test
  void memosAtHighNumbers() throws IOException {
    refused(pickle("Nr\u00ff\u00ff\u00ff\u0010"), "unfolds to more than");
    refused(pickle("Nr\u00ff\u00ff\u00ff\u007f"), "kept under");
    refused(pickle("Np-1\n"), "kept under");
  }

  @Test
  void anArrayOfManyDimensionsIsTurnedInTime() throws IOException {
    int count = 4_000_000;
    String dtype = "cnumpy\ndtype\nU\u0002u1K\u0000K\u0001\u0087R";
    String array =
        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\u0000\u0085U\u0001b\u0087R(K\u0001("
            + "K\u0001".repeat(30)
            + "K\u0002"
            + "J"
            + little(count / 2, 4)
            + "t"
            + dtype
            + "\u0088T"
            + little(count, 4)
            + "\u0007\u0008".repeat(count / 2)
            + "tb";
    Path file = pickle(dict("w", array));
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          StateDict dict = StateDict.open(file);
          try (PointerScope scope = new PointerScope()) {
            // column-major pairs (7, 8): the first row is all 7, the second all 8
            assertThat(dict.read("w").flatten().narrow(0, 0, count / 2).max().item_double())
                .isEqualTo(7);
            assertThat(dict.read("w").flatten().narrow(0, count / 2, count / 2).min().item_double())
                .isEqualTo(8);
          }
        });
  }

  @Test
  void archivesWhoseEntriesShareBytes() throws IOException {
    Path file = folder.resolve("evil.pth");
    try (MadeTorchFile made = new MadeTorchFile(file)) {
      made.stored("a/data.pkl", bytes(dict("w", tensor("0", 4, 0, 4)) + "."))
          .stored("a/data/0", new byte[16])
          .stored("a/data/1", new byte[16]);
    }
    StateDict.open(file);
    byte[] whole = Files.readAllBytes(file);
    ByteBuffer buffer = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> entries = new ArrayList<>();
    for (int at = 0; at + 4 <= whole.length; at++) {
      if (buffer.getInt(at) == 0x02014b50) {
        entries.add(at);
      }
    }
    // the last entry at the place of the one before
    buffer.putInt(entries.get(2) + 42, buffer.getInt(entries.get(1) + 42));
    Files.write(file, whole);
    refused(file, "entries a/data/0 and a/data/1 overlap");
    // and under its name
    whole[entries.get(2) + 46 + "a/data/".length()] = '0';
    Files.write(file, whole);
    refused(file, "two entries are called a/data/0");
  }

  @Test
  void smallEntriesThatUnfold() throws IOException {
    Path file = folder.resolve("evil.pth");
    byte[] spaces = new byte[1 << 20];
    try (MadeTorchFile made = new MadeTorchFile(file)) {
      made.stored("a/data.pkl", bytes(dict() + ".")).packed("a/byteorder", spaces, 100);
    }
    refused(file, "byteorder has 104857600 bytes");
    try (MadeTorchFile made = new MadeTorchFile(file)) {
      made.packed("a/data.pkl", spaces, 120);
    }
    refused(file, "unfolds to more than");
  }

  @Test
  void viewsAtTheEndOfALargePackedStorage() throws IOException {
    int elements = 20 << 20; // 80 MB
    String[] entries = new String[20];
    for (int i = 0; i < entries.length; i += 2) {
      entries[i] = "w" + i;
      entries[i + 1] = tensor("0", elements, elements - 1, 1);
    }
    Path file = folder.resolve("evil.pth");
    try (MadeTorchFile made = new MadeTorchFile(file)) {
      made.stored("a/data.pkl", bytes(dict(entries) + "."))
          .packed("a/data/0", new byte[1 << 20], 80);
    }
    refused(file, "storage 0 is packed", "without compression");
  }

  @Test
  void aPackedStorageIsUnpackedOnceForAllItsViews() throws IOException {
    int elements = 4 << 20; // 16 MB
    String[] entries = new String[2 * 400];
    for (int i = 0; i < entries.length; i += 2) {
      entries[i] = "w" + i;
      entries[i + 1] = tensor("0", elements, elements - 1, 1);
    }
    Path file = folder.resolve("views.pth");
    try (MadeTorchFile made = new MadeTorchFile(file)) {
      made.stored("a/data.pkl", bytes(dict(entries) + "."))
          .packed("a/data/0", new byte[1 << 20], 16);
    }
    StateDict dict = StateDict.open(file);
    long before = allocated();
    try (PointerScope scope = new PointerScope()) {
      for (String name : dict.names()) {
        assertThat(dict.read(name).item_double()).isZero();
      }
    }
    assertThat(allocated() - before).isLessThan(100L << 20); // 400 times 16 MB otherwise
  }

  @Test
  void indexesOfShards() throws IOException {
    Path file = folder.resolve("evil.json");
    for (String json :
        List.of(
            "{\"weight_map\":{" + "\"a\":".repeat(3) + "}}",
            "{\"weight_map\":" + "[".repeat(3_000_000),
            "{\"weight_map\":{\"a\":\"b\",\"a\":\"b\"}}",
            "{\"weight_map\":{\"\u0001\":\"../x\"}}",
            "{\"x\":" + "1,".repeat(100))) {
      Files.writeString(file, json);
      refused(file, "evil.json");
    }
  }

  private interface Item {
    String of(int index);
  }

  private static String numbered(int count, Item item) {
    StringBuilder all = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      all.append(item.of(i));
    }
    return all.toString();
  }

  private static String little(int value, int bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes; i++) {
      text.append((char) ((value >> (8 * i)) & 0xFF));
    }
    return text.toString();
  }

  private static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }
}
