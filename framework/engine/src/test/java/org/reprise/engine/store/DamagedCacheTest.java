package org.reprise.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.engine.image.ImagePreparer;
import org.reprise.engine.image.RgbImage;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.SampleFile.Header;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.testkit.FakeDataset;
import org.reprise.testkit.TensorAssertions;

/**
 * Whatever happens to a file of the cache: samples are those that were decoded, or there is an
 * error. Every test runs with the pixels held in memory and with the pixels left in the file.
 */
@Timeout(120)
class DamagedCacheTest {
  private static final ImageSize SIZE = new ImageSize(60, 90);
  private static final int COUNT = 70; // more than one block
  private static final int CLASSES = 4;
  private static final int IMAGE = 60 * 90 * 3;
  private static final int TABLE = 4096 + COUNT * IMAGE;
  private static final int END = TABLE + COUNT * 8;
  private static final SampleCache.Key KEY =
      new SampleCache.Key("fake-train", "0123456789abcdef0123456789abcdef", "fake data");

  private final AtomicInteger made = new AtomicInteger();
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private Random random;
  private FakeDataset data;
  private PointerScope scope;

  @TempDir private Path folder;

  @BeforeEach
  void open() {
    Loader.load(torch.class);
    scope = new PointerScope();
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    random = new Random(seed);
    data = FakeDataset.random(random, CLASSES, random.ints(COUNT, 0, CLASSES).toArray());
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private SampleSource source() {
    return new SampleSource(
        data,
        Split.TRAIN,
        () -> {
          made.incrementAndGet();
          return BatchOrder.identity(COUNT);
        },
        ImagePreparation.stretched(SIZE),
        OnCorrupt.ERROR,
        new LoadProgress() {
          @Override
          public void decoded(int done, int total) {}

          @Override
          public void note(String text) {
            notes.add(text);
          }
        });
  }

  private SampleStore cached(boolean held) throws IOException {
    return new SampleCache(folder, bytes -> held).open(KEY, source(), cpu());
  }

  private static Placement cpu() {
    return Placement.on(new Device("cpu"));
  }

  private Path file() {
    return folder.resolve("fake-train-0123456789abcdef.samples");
  }

  private byte[] pixels(int index) {
    EncodedSample.Pixels sample = (EncodedSample.Pixels) data.samples().get(index);
    return ImagePreparer.prepare(
            new RgbImage(sample.rgb(), sample.size()), ImagePreparation.stretched(SIZE))
        .rgb();
  }

  /** Compares a batch with what the data set's pixels come to, computed here. */
  private void assertDecoded(Samples samples, int... indices) {
    double[] images = TensorAssertions.doubles(samples.batch(indices).images().contiguous());
    double[] labels = TensorAssertions.doubles(samples.batch(indices).labels());
    for (int b = 0; b < indices.length; b++) {
      byte[] rgb = pixels(indices[b]);
      assertThat(labels[b]).isEqualTo(data.samples().get(indices[b]).label());
      double[] expected = new double[IMAGE];
      for (int i = 0; i < IMAGE; i++) {
        expected[i % 3 * (IMAGE / 3) + i / 3] = (rgb[i] & 0xff) / 255f;
      }
      assertThat(Arrays.copyOfRange(images, b * IMAGE, (b + 1) * IMAGE)).isEqualTo(expected);
    }
  }

  private int[] anyFive() {
    return random.ints(5, 0, COUNT).toArray();
  }

  private String fingerprint() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(longs(COUNT, SIZE.height(), SIZE.width()));
    for (int i = 0; i < COUNT; i++) {
      digest.update(pixels(i));
    }
    digest.update(longs(data.samples().stream().mapToInt(EncodedSample::label).toArray()));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static byte[] longs(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putLong);
    return bytes.array();
  }

  /** Opens the damaged file: it must be noticed, said once, and made again as it was. */
  private void assertMadeAgain(boolean held, String words) throws Exception {
    int before = made.get();
    notes.clear();
    try (SampleStore store = cached(held)) {
      assertThat(made).as(words).hasValue(before + 1);
      assertThat(notes).hasSize(1);
      assertThat(notes.get(0)).contains(file().toString(), words, "it is made again");
      assertThat(store.fingerprint()).isEqualTo(fingerprint());
      assertDecoded(store, anyFive());
    }
    cached(held).close();
    assertThat(made).hasValue(before + 1);
    assertThat(notes).hasSize(1);
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  private void change(long offset, int... bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
      for (int i = 0; i < bytes.length; i++) {
        open.seek(offset + i);
        open.write(bytes[i]);
      }
    }
  }

  private int byteAt(long offset) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "r")) {
      open.seek(offset);
      return open.read();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneChangedBitAnywhereIsNoticed(boolean held) throws Exception {
    cached(held).close();
    assertThat(Files.size(file())).isEqualTo(END);
    int[][] parts = {{0, 16, 40, 200, 4096}, {4096, TABLE - 1, TABLE}, {TABLE, END - 1, END}};
    for (int[] part : parts) {
      for (int i = 0; i < 5; i++) {
        // the places named, then any
        int at = i < part.length - 1 ? part[i] : random.nextInt(part[0], part[part.length - 1]);
        change(at, byteAt(at) ^ (1 << random.nextInt(8)));
        assertMadeAgain(held, "");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void twoThousandChangedPixelsAreNoticed(boolean held) throws Exception {
    cached(held).close();
    for (int i = 0; i < 2000; i++) {
      int at = 4096 + random.nextInt(COUNT * IMAGE);
      change(at, byteAt(at) ^ (1 + random.nextInt(255)));
    }
    assertMadeAgain(held, "that are not what was written");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneLabelChangedToAnotherIsNoticed(boolean held) throws Exception {
    cached(held).close();
    int at = TABLE + 4 * random.nextInt(COUNT);
    change(at, (byteAt(at) + 1) % CLASSES);
    assertMadeAgain(held, "labels or checksums that are not what was written");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void imagesThatChangedPlacesAreNoticed(boolean held) throws Exception {
    cached(held).close();
    try (FileChannel open =
        FileChannel.open(file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer first = ByteBuffer.allocate(IMAGE);
      ByteBuffer second = ByteBuffer.allocate(IMAGE);
      open.read(first, 4096);
      open.read(second, 4096 + IMAGE);
      open.write(second.rewind(), 4096);
      open.write(first.rewind(), 4096 + IMAGE);
    }
    assertMadeAgain(held, "has pixels of image ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileOfAnotherLengthIsNoticed(boolean held) throws Exception {
    cached(held).close();
    for (long length : new long[] {0, 1, 4095, 4096, TABLE - 1000, END - 1, END + 1}) {
      try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
        open.setLength(length);
      }
      assertMadeAgain(held, length < 4096 ? "ends after " + length + " bytes" : "takes " + length);
    }
  }

  private void rewriteHeader(UnaryOperator<Header> change) throws IOException {
    try (FileChannel open =
        FileChannel.open(file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      SampleFile.write(open, SampleFile.encode(change.apply(SampleFile.readHeader(open))), 0);
    }
  }

  private static UnaryOperator<Header> counts(int count, int skipped, ImageSize size) {
    return old ->
        new Header(
            old.key(),
            old.description(),
            size,
            count,
            skipped,
            old.firstSkipped(),
            old.fingerprint(),
            old.tableChecksum());
  }

  /** Headers with a right checksum: what they say is not believed either. */
  @Test
  void numbersThatCannotBeAreNoticed() throws Exception {
    int most = Integer.MAX_VALUE;
    cached(true).close();
    rewriteHeader(counts(0, 0, SIZE));
    assertMadeAgain(true, "numbers in its header that cannot be");
    rewriteHeader(counts(-5, 0, SIZE));
    assertMadeAgain(true, "numbers in its header that cannot be");
    rewriteHeader(counts(COUNT, -1, SIZE));
    assertMadeAgain(true, "numbers in its header that cannot be");
    rewriteHeader(counts(most, 0, SIZE));
    assertMadeAgain(true, "numbers in its header that cannot be");
    rewriteHeader(counts(COUNT, 0, new ImageSize(most, most)));
    assertMadeAgain(true, "numbers in its header that cannot be");
    rewriteHeader(counts(most / 8, 0, new ImageSize(16_000, 16_000)));
    assertMadeAgain(true, "bytes, not ");
    rewriteHeader(counts(COUNT + 1, 0, SIZE));
    assertMadeAgain(true, "bytes, not ");
    rewriteHeader(counts(COUNT, 1, SIZE));
    assertMadeAgain(true, "not at most " + COUNT + " of 60x90");
    rewriteHeader(counts(COUNT, 0, new ImageSize(90, 60)));
    assertMadeAgain(true, "holds " + COUNT + " images of 90x60");
    rewriteHeader(
        old -> {
          Header other = counts(COUNT, 0, SIZE).apply(old);
          return new Header("other", "", SIZE, COUNT, 0, "", other.fingerprint(), 0);
        });
    assertMadeAgain(true, "was made of something else");
  }

  /** A file with holes may claim any size; nothing of that size is made. */
  @Test
  void aHugeFileWithHolesTakesNoMemory() throws Exception {
    cached(true).close();
    int count = 60_000_000;
    rewriteHeader(counts(count, 0, SIZE));
    try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
      open.setLength(4096 + count * (IMAGE + 8L));
    }
    assertMadeAgain(true, "holds 60000000 images of 60x90");
  }

  @Test
  void anotherVersionAndTextThatIsNoneAreNoticed() throws Exception {
    cached(true).close();
    rewritePayload(3, 77);
    assertMadeAgain(true, "is of version 77, not 2");
    rewritePayload(4, 255); // the length of the key
    assertMadeAgain(true, "has a header that cannot be read");
  }

  private void rewritePayload(int at, int value) throws IOException {
    change(20 + at, value);
    byte[] header = new byte[4096];
    try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "r")) {
      open.readFully(header);
    }
    CRC32C crc = new CRC32C();
    crc.update(header, 20, 4096 - 20);
    byte[] checksum = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    change(16, checksum[0], checksum[1], checksum[2], checksum[3]);
  }

  /** A table with a right checksum. */
  @Test
  void labelsOutOfRangeAreNoticed() throws Exception {
    for (int label : new int[] {-1, CLASSES, Integer.MAX_VALUE}) {
      cached(true).close();
      byte[] table = new byte[COUNT * 8];
      try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
        open.seek(TABLE);
        open.readFully(table);
        ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * 7, label);
        open.seek(TABLE);
        open.write(table);
      }
      rewriteHeader(
          old ->
              new Header(
                  old.key(),
                  old.description(),
                  SIZE,
                  COUNT,
                  0,
                  "",
                  old.fingerprint(),
                  SampleFile.checksum(ByteBuffer.wrap(table))));
      assertMadeAgain(true, "holds label " + label + ", expected 0 to 3");
    }
  }

  @Test
  void whatIsNoFileIsReplacedAndWhatIsSomebodysIsNot() throws Exception {
    Files.createDirectory(file());
    assertMadeAgain(true, "is no regular file");
    Files.delete(file());
    Files.createSymbolicLink(file(), folder.resolve("nowhere"));
    assertMadeAgain(true, "is no regular file");
    Files.delete(file());
    Path other = Files.writeString(folder.resolve("other"), "somebody's");
    Files.createSymbolicLink(folder.resolve(file().getFileName() + ".tmp"), other);
    cached(true).close();
    assertThat(other).hasContent("somebody's");
    Files.delete(file());
    Files.createDirectory(file());
    Files.writeString(file().resolve("mine"), "");
    assertThatThrownBy(() -> cached(true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a folder of this name is there");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkToAFileIsAsGoodAsTheFile(boolean held) throws Exception {
    cached(held).close();
    Path elsewhere = Files.move(file(), folder.resolve("elsewhere"));
    Files.createSymbolicLink(file(), elsewhere);
    try (SampleStore store = cached(held)) {
      assertDecoded(store, anyFive());
    }
    assertThat(made).hasValue(1);
    assertThat(notes).isEmpty();
  }

  @Test
  void pixelsInMemoryOutliveAnythingThatHappensToTheFile() throws Exception {
    try (SampleStore store = cached(true)) {
      change(4096, new int[3 * IMAGE]);
      assertDecoded(store, 0, 1, 2);
      for (long length : new long[] {TABLE, 5000, 4096, 0}) {
        try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
          open.setLength(length);
        }
        assertDecoded(store, 0, COUNT - 1, COUNT / 2);
      }
      Files.delete(file());
      assertDecoded(store, anyFive());
    }
  }

  @Test
  void pixelsLeftInTheFileAreVerifiedWheneverTheyAreRead() throws Exception {
    try (SampleStore store = cached(false)) {
      change(4096 + 17L * IMAGE + 5, byteAt(4096 + 17 * IMAGE + 5) ^ 1);
      assertDecoded(store, 16, 18);
      assertThatThrownBy(() -> store.batch(new int[] {16, 17, 18}))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(
              "changed while it was in use: it has pixels of image 17 of " + COUNT);
      try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
        open.setLength(4096 + COUNT / 2 * IMAGE + 1);
      }
      assertDecoded(store, 0, COUNT / 2 - 1);
      assertThatThrownBy(() -> store.batch(new int[] {COUNT / 2}))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(file().toString())
          .hasMessageContaining("ends after");
    }
    assertMadeAgain(false, "takes ");
    try (SampleStore store = cached(false)) {
      Files.delete(file());
      assertDecoded(store, anyFive());
    }
  }

  @Test
  void pixelsLeftInTheFileAreTheSameSamples() throws Exception {
    try (SampleStore store = cached(false)) {
      int[] order = {7, 0, COUNT - 1, 3, 3};
      assertDecoded(store, order);
      TensorAssertions.assertEqual(
          "int32 indices", store.batch(torch.tensor(order)).images(), store.batch(order).images());
      Samples part = store.subset(order);
      TensorAssertions.assertEqual(
          "subset", part.batch(new int[] {4, 1}).images(), store.batch(new int[] {3, 0}).images());
      assertThat(store.batch(new int[0]).images().numel()).isZero();
      assertThatThrownBy(() -> store.batch(torch.tensor(COUNT)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> store.batch(torch.tensor(-1)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void severalThatFindItDamagedMakeItOnce(boolean held) throws Exception {
    cached(held).close();
    change(TABLE, 99);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<String>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(
            threads.submit(
                () -> {
                  try (PointerScope own = new PointerScope();
                      SampleStore store = cached(held)) {
                    assertDecoded(store, 3, COUNT - 1);
                    return store.fingerprint();
                  }
                }));
      }
      for (Future<String> result : results) {
        assertThat(result.get()).isEqualTo(fingerprint());
      }
      assertThat(made).hasValue(2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theFingerprintIsKnownFromTheHeaderAlone() throws Exception {
    SampleCache cache = new SampleCache(folder);
    assertThat(cache.fingerprint(KEY)).isEmpty();
    cached(true).close();
    assertThat(cache.fingerprint(KEY)).contains(fingerprint());
    SampleCache.Key sameName =
        new SampleCache.Key("fake-train", "0123456789abcdefffffffffffffffff", "another");
    assertThat(cache.fingerprint(sameName)).isEmpty();
    Path moved = Files.createDirectory(folder.resolve("moved"));
    Files.copy(file(), moved.resolve(file().getFileName()));
    assertThat(new SampleCache(moved).fingerprint(KEY)).contains(fingerprint());
    change(30, byteAt(30) ^ 1);
    assertThat(cache.fingerprint(KEY)).isEmpty();
    assertThat(made).hasValue(1);
  }
}
