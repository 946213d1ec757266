package org.reprise.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.testkit.FakeDataset;
import org.reprise.testkit.TensorAssertions;

@Timeout(60)
class SampleCacheTest {
  private static final ImagePreparation FORM = ImagePreparation.stretched(new ImageSize(6, 9));
  private static final SampleCache.Key KEY =
      new SampleCache.Key("fake-train", "0123456789abcdef0123456789abcdef", "fake data");

  private final AtomicInteger decoded = new AtomicInteger();
  private FakeDataset data;
  private PointerScope scope;

  @TempDir private Path folder;

  @BeforeEach
  void open() {
    Loader.load(torch.class);
    scope = new PointerScope();
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    data = FakeDataset.random(random, 4, random.ints(20, 0, 4).toArray());
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private SampleSource source(FakeDataset from, OnCorrupt onCorrupt) {
    return new SampleSource(
        from,
        Split.TRAIN,
        () -> {
          decoded.addAndGet(from.samples().size());
          return BatchOrder.identity(from.samples().size());
        },
        FORM,
        onCorrupt,
        LoadProgress.NONE);
  }

  private SampleStore cached() throws IOException {
    return new SampleCache(folder)
        .open(KEY, source(data, OnCorrupt.ERROR), Placement.on(new Device("cpu")));
  }

  private Path file() throws IOException {
    List<SampleCache.Entry> entries = new SampleCache(folder).entries();
    assertThat(entries).hasSize(1);
    return entries.get(0).file();
  }

  @Test
  void theSecondTimeNothingIsDecodedAndEverythingIsTheSame() throws Exception {
    int[] order = {7, 0, 19, 3, 3};
    try (SampleStore memory =
            SampleStore.load(source(data, OnCorrupt.ERROR), Placement.on(new Device("cpu")));
        SampleStore first = cached();
        SampleStore second = cached()) {
      assertThat(decoded).hasValue(40);
      for (SampleStore store : List.of(first, second)) {
        assertThat(store.labels()).isEqualTo(memory.labels());
        assertThat(store.fingerprint()).isEqualTo(memory.fingerprint());
        assertThat(store.imageSize()).isEqualTo(FORM.size());
        TensorAssertions.assertEqual(
            "images", store.batch(order).images(), memory.batch(order).images());
        TensorAssertions.assertEqual(
            "labels", store.batch(order).labels(), memory.batch(order).labels());
      }
    }
  }

  @Test
  void anotherKeyIsAnotherFile() throws Exception {
    cached().close();
    SampleCache.Key other = new SampleCache.Key("fake-train", "ffff" + KEY.digest(), "other");
    new SampleCache(folder)
        .open(other, source(data, OnCorrupt.ERROR), Placement.on(new Device("cpu")))
        .close();
    assertThat(new SampleCache(folder).entries())
        .extracting(entry -> entry.description().orElseThrow())
        .containsExactlyInAnyOrder("fake data", "other");
  }

  @Test
  void aDamagedOrShortenedFileIsMadeAnew() throws Exception {
    cached().close();
    long length = Files.size(file());
    for (int damage = 0; damage < 5; damage++) {
      int before = decoded.get();
      try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
        switch (damage) {
          case 0 -> file.setLength(length - 1);
          case 1 -> file.setLength(100);
          case 2 -> file.setLength(0);
          case 3 -> file.setLength(length + 1);
          default -> {
            file.seek(40);
            int old = file.read();
            file.seek(40);
            file.write(old ^ 1);
          }
        }
      }
      if (damage == 1) {
        assertThat(new SampleCache(folder).entries().get(0).description()).isEmpty();
      }
      cached().close();
      assertThat(decoded.get()).as("damage %d", damage).isEqualTo(before + 20);
      assertThat(Files.size(file())).isEqualTo(length);
    }
  }

  @Test
  void whatAKilledRunLeftIsNotRead() throws Exception {
    Files.writeString(folder.resolve("fake-train-0123456789abcdef.samples.tmp"), "half");
    cached().close();
    assertThat(decoded).hasValue(20);
    assertThat(folder.resolve("fake-train-0123456789abcdef.samples.tmp")).doesNotExist();
  }

  @Test
  void aFailedBuildLeavesNothingToRead() throws Exception {
    FakeDataset broken = new FakeDataset(data.labels(), new ArrayList<>(data.samples()));
    broken.samples().set(11, null);
    assertThatThrownBy(
            () ->
                new SampleCache(folder)
                    .open(KEY, source(broken, OnCorrupt.ERROR), Placement.on(new Device("cpu"))))
        .isInstanceOf(IOException.class)
        .hasMessage("fake record 11: unreadable");
    assertThat(new SampleCache(folder).entries()).isEmpty();
  }

  @Test
  void severalAtOnceBuildItOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<String> load =
          () -> {
            try (PointerScope own = new PointerScope();
                SampleStore store = cached()) {
              return store.fingerprint();
            }
          };
      List<String> fingerprints = new ArrayList<>();
      for (Future<String> future : threads.invokeAll(List.of(load, load, load, load))) {
        fingerprints.add(future.get());
      }
      assertThat(fingerprints).hasSize(4).containsOnly(fingerprints.get(0));
      assertThat(decoded).hasValue(20);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void brokenImagesAreLeftOutAndCountedAlsoByTheNextRun() throws Exception {
    List<EncodedSample> samples = new ArrayList<>(data.samples());
    byte[] junk = "no image".getBytes(StandardCharsets.UTF_8);
    samples.set(0, new EncodedSample.File(junk, 0, "first.jpg"));
    samples.set(13, new EncodedSample.File(junk, 1, "second.jpg"));
    FakeDataset broken = new FakeDataset(data.labels(), samples);
    List<EncodedSample> good = new ArrayList<>(data.samples());
    good.remove(13);
    good.remove(0);
    FakeDataset whole = new FakeDataset(data.labels(), good);
    SampleCache cache = new SampleCache(folder);
    try (SampleStore expected =
            SampleStore.load(source(whole, OnCorrupt.ERROR), Placement.on(new Device("cpu")));
        SampleStore memory =
            SampleStore.load(source(broken, OnCorrupt.SKIP), Placement.on(new Device("cpu")));
        SampleStore first =
            cache.open(KEY, source(broken, OnCorrupt.SKIP), Placement.on(new Device("cpu")));
        SampleStore second =
            cache.open(KEY, source(broken, OnCorrupt.SKIP), Placement.on(new Device("cpu")))) {
      for (SampleStore store : List.of(memory, first, second)) {
        assertThat(store.size()).isEqualTo(18);
        assertThat(store.fingerprint()).isEqualTo(expected.fingerprint());
        assertThat(store.skipped().count()).isEqualTo(2);
        assertThat(store.skipped().first()).startsWith("first.jpg: not a ");
      }
    }
    assertThatThrownBy(
            () ->
                SampleStore.load(source(broken, OnCorrupt.ERROR), Placement.on(new Device("cpu"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("first.jpg: not a ")
        .hasMessageContaining("on-corrupt: skip");
    FakeDataset nothing = new FakeDataset(data.labels(), List.of(samples.get(0)));
    assertThatThrownBy(
            () ->
                SampleStore.load(source(nothing, OnCorrupt.SKIP), Placement.on(new Device("cpu"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("none of the 1 train images decodes: first.jpg");
  }

  @Test
  void aFolderThatCannotBeMadeIsAnErrorThatSaysWhatToDo() throws Exception {
    Path blocked = Files.writeString(folder.resolve("file"), "not a folder").resolve("data");
    assertThatThrownBy(
            () ->
                new SampleCache(blocked)
                    .open(KEY, source(data, OnCorrupt.ERROR), Placement.on(new Device("cpu"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("REPRISE_CACHE")
        .hasMessageContaining("cache: false");
  }

  @Test
  void clearDeletesWhatIsThereAndNothingElse() throws Exception {
    cached().close();
    Files.writeString(folder.resolve("other.txt"), "keep");
    long bytes = Files.size(file());
    assertThat(new SampleCache(folder).clear()).isEqualTo(bytes);
    assertThat(new SampleCache(folder).entries()).isEmpty();
    assertThat(folder.resolve("other.txt")).exists();
    assertThat(new SampleCache(folder.resolve("absent")).clear()).isZero();
  }
}
