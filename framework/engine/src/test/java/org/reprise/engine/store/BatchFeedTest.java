package org.reprise.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.testkit.FakeDataset;
import org.reprise.testkit.NativeScope;

/** Batches are the same wherever samples lie, and are on their way before they are asked for. */
@ExtendWith(NativeScope.class)
class BatchFeedTest {
  private static final ImageSize SIZE = new ImageSize(6, 9);
  private static final int SAMPLES = 23;

  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Device cpu = new Device("cpu");
  private final FakeDataset data =
      FakeDataset.random(random, 4, random.ints(SAMPLES, 0, 4).toArray());

  @TempDir private Path folder;

  private SampleSource source() {
    return new SampleSource(
        data,
        Split.TRAIN,
        () -> random.ints(0, SAMPLES).distinct().limit(SAMPLES).sorted().toArray(),
        ImagePreparation.stretched(SIZE),
        OnCorrupt.ERROR,
        LoadProgress.NONE);
  }

  private SampleStore inFile(Placement placement) throws IOException {
    return new SampleCache(folder, bytes -> false)
        .open(new SampleCache.Key("fake", "0123456789abcdef", "fake data"), source(), placement);
  }

  /** Any samples in batches of any sizes, some asked for twice. */
  private List<int[]> batches(int samples) {
    System.out.println("BatchFeedTest: -Dreprise.seed=" + seed);
    List<int[]> batches = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      batches.add(random.ints(1 + random.nextInt(7), 0, samples).toArray());
    }
    return batches;
  }

  @Test
  void batchesAreTheSameWhereverSamplesLie() throws Exception {
    try (SampleStore plain = SampleStore.load(source(), Placement.on(cpu));
        SampleStore onDevice = SampleStore.load(source(), FakeDevice.placement(cpu, true));
        SampleStore held = SampleStore.load(source(), FakeDevice.placement(cpu, false));
        SampleStore file = inFile(Placement.on(cpu));
        SampleStore copied = inFile(FakeDevice.placement(cpu, false))) {
      for (SampleStore store : List.of(plain, onDevice, held, file, copied)) {
        int[] half = random.ints(SAMPLES / 2, 0, SAMPLES).toArray();
        for (Samples samples : List.of(store, store.subset(half))) {
          Samples expected = samples == store ? plain : plain.subset(half);
          for (int ahead : new int[] {0, 1, 2}) {
            assertFeeds(samples, expected, ahead);
          }
        }
      }
    }
  }

  private void assertFeeds(Samples samples, Samples expected, int ahead) {
    List<int[]> batches = batches(samples.size());
    try (BatchFeed feed = samples.feed(batches)) {
      for (int[] indices : batches) {
        try (PointerScope step = new PointerScope()) {
          Batch batch = feed.next();
          for (int i = 0; i < ahead; i++) {
            feed.prepare(); // a second time does nothing
          }
          Batch wanted = expected.batch(indices);
          assertEqual("images, seed " + seed, batch.images(), wanted.images());
          assertEqual("labels, seed " + seed, batch.labels(), wanted.labels());
          assertThat(batch.images().is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
          batch.images().fill_(new Scalar(-1)); // a batch may be modified
          batch.labels().fill_(new Scalar(-1));
        }
      }
      assertThatThrownBy(feed::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThatThrownBy(() -> samples.feed(List.of(new int[] {samples.size()})).next())
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Pixels that tell the device of what is written and computed. */
  private record Watched(Pixels pixels, FakeDevice device) implements Pixels {
    @Override
    public Tensor images(Tensor indices) {
      throw new AssertionError("gathered when it was asked for");
    }

    @Override
    public boolean areAtHand() {
      return false;
    }

    @Override
    public void read(int[] indices, Tensor memory) {
      device.written(memory);
      pixels.read(indices, memory);
    }

    @Override
    public Tensor scaled(Tensor bytes) {
      device.used(bytes);
      return pixels.scaled(bytes);
    }

    @Override
    public void close() {
      pixels.close();
    }
  }

  private AheadFeed.Source watched(FakeDevice device, Random content) {
    byte[] bytes = new byte[SAMPLES * SIZE.height() * SIZE.width() * 3];
    content.nextBytes(bytes);
    Tensor pixels =
        Tensor.create(bytes).to(ScalarType.Byte).reshape(SAMPLES, SIZE.height(), SIZE.width(), 3);
    return new AheadFeed.Source(
        new Watched(new HeldPixels(pixels, new Placement(cpu, 0, Optional.of(device))), device),
        SIZE,
        torch.arange(new Scalar(SAMPLES)).to(ScalarType.Long));
  }

  @Test
  void theNextBatchIsOnItsWayBeforeTheOneBeforeItIsUsedUp() {
    FakeDevice device = new FakeDevice(cpu, 0);
    AheadFeed.Source source = watched(device, random);
    try (Pixels pixels = source.pixels();
        BatchFeed feed = AheadFeed.of(batches(SAMPLES).subList(0, 3), source, device)) {
      for (int i = 0; i < 3; i++) {
        device.tell("batch " + i);
        feed.next();
        feed.prepare();
        device.tell("used up " + i);
      }
    }
    assertThat(device.log())
        .containsExactly(
            "batch 0",
            "write 0",
            "copy 0",
            "write 1",
            "copy 1",
            "used up 0",
            "batch 1",
            "write 0",
            "copy 0",
            "used up 1",
            "batch 2",
            "used up 2");
    device.requireAtRest();
  }

  @Test
  void memoryIsLeftInPeaceWhileACopyMayBeUnderWay() {
    for (int round = 0; round < 20; round++) {
      FakeDevice device = new FakeDevice(cpu, 0);
      AheadFeed.Source source = watched(device, random);
      List<int[]> batches = batches(SAMPLES);
      int ends = random.nextInt(batches.size() + 1); // a pass may end early, a batch on its way
      try (Pixels pixels = source.pixels();
          BatchFeed feed = AheadFeed.of(batches, source, device)) {
        for (int[] indices : batches.subList(0, ends)) {
          try (PointerScope step = new PointerScope()) {
            assertEqual("labels, seed " + seed, feed.next().labels(), Indices.of(indices));
            if (random.nextInt(4) > 0) {
              feed.prepare();
            }
          }
        }
      }
      device.requireAtRest();
    }
  }

  @Test
  void aFileThatCannotBeReadEndsThePassAndNothingIsLeftOpen() {
    FakeDevice device = new FakeDevice(cpu, 0);
    AheadFeed.Source good = watched(device, random);
    Pixels broken =
        new Pixels() {
          @Override
          public Tensor images(Tensor indices) {
            throw new AssertionError();
          }

          @Override
          public boolean areAtHand() {
            return false;
          }

          @Override
          public void read(int[] indices, Tensor memory) {
            throw new UncheckedIOException(new IOException("the disk is gone"));
          }

          @Override
          public Tensor scaled(Tensor bytes) {
            throw new AssertionError();
          }

          @Override
          public void close() {}
        };
    try (Pixels pixels = good.pixels();
        BatchFeed feed =
            AheadFeed.of(
                batches(SAMPLES), new AheadFeed.Source(broken, SIZE, good.labels()), device)) {
      assertThatThrownBy(feed::next).hasMessageContaining("the disk is gone");
    }
    device.requireAtRest();
  }

  /** The device {@code meta} can gather by one index, not by {@code index_select}. */
  private static Batch gathered(Tensor chosen) {
    long count = chosen.numel();
    Tensor images = torch.zeros(SAMPLES, 3, SIZE.height(), SIZE.width());
    Tensor all = images.to(chosen.device(), ScalarType.Float);
    Tensor index = chosen.reshape(-1, 1, 1, 1).expand(count, 3, SIZE.height(), SIZE.width());
    return new Batch(all.gather(0, index), chosen.clone());
  }

  /** Tensors of {@code meta} have no values: whoever would wait for one is refused. */
  @Test
  void nothingIsAskedOfTheDevice() throws Exception {
    Device meta = new Device("meta");
    List<int[]> batches = batches(SAMPLES);
    try (SampleStore held = SampleStore.load(source(), FakeDevice.placement(meta, false));
        SampleStore file = inFile(FakeDevice.placement(meta, false));
        BatchFeed onDevice = BatchFeed.onDevice(batches, meta, BatchFeedTest::gathered)) {
      for (BatchFeed each : List.of(onDevice, held.feed(batches), file.feed(batches))) {
        try (BatchFeed feed = each) {
          for (int[] indices : batches) {
            try (PointerScope step = new PointerScope()) {
              Batch batch = feed.next();
              assertThat(batch.images().shape())
                  .containsExactly(indices.length, 3, SIZE.height(), SIZE.width());
              assertThat(batch.images().is_meta()).isTrue();
              assertThat(batch.labels().is_meta()).isTrue();
              feed.prepare();
            }
          }
        }
      }
    }
  }
}
