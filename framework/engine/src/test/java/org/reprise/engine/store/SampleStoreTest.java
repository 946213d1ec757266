package org.reprise.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.engine.image.ImagePreparer;
import org.reprise.engine.image.ImagePreparerTest;
import org.reprise.engine.image.RgbImage;
import org.reprise.engine.sampling.BatchOrder;
import org.reprise.engine.store.SampleOptions.OnCorrupt;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.FakeDataset;
import org.reprise.testkit.Fixtures;
import org.reprise.testkit.TensorAssertions;

@Timeout(60)
class SampleStoreTest {
  private static final ImageSize SIZE = new ImageSize(6, 9);
  private static final ImagePreparation FORM = ImagePreparation.stretched(SIZE);

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private PointerScope scope;
  private Device cpu;

  @BeforeEach
  void open() {
    System.out.println("seed " + seed);
    scope = new PointerScope();
    cpu = new Device("cpu");
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private SampleStore load(FakeDataset data, int... indices) throws IOException {
    return SampleStore.load(
        source(data, Split.TRAIN, indices, FORM, LoadProgress.NONE), Placement.on(cpu));
  }

  private static SampleSource source(
      Dataset data, Split split, int[] indices, ImagePreparation form, LoadProgress progress) {
    return new SampleSource(data, split, () -> indices, form, OnCorrupt.ERROR, progress);
  }

  private FakeDataset randomData(int samples) {
    return FakeDataset.random(random, 4, random.ints(samples, 0, 4).toArray());
  }

  @Test
  void batchHoldsTheResizedPixelsAndLabelsInTheOrderAskedFor() throws Exception {
    FakeDataset data = randomData(20);
    int[] kept = {3, 19, 0, 7, 7, 12};
    try (SampleStore store = load(data, kept)) {
      assertThat(store.size()).isEqualTo(6);
      assertThat(store.imageSize()).isEqualTo(SIZE);
      int[] order = {5, 0, 0, 4};
      Batch batch = store.batch(order);
      assertThat(TensorAssertions.shape(batch.images())).containsExactly(4, 3, 6, 9);
      assertThat(batch.images().scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(batch.labels().scalar_type().intern()).isEqualTo(ScalarType.Long);
      assertThat(batch.images().is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      double[] images = TensorAssertions.doubles(batch.images());
      double[] labels = TensorAssertions.doubles(batch.labels());
      for (int b = 0; b < order.length; b++) {
        EncodedSample.Pixels sample = (EncodedSample.Pixels) data.samples().get(kept[order[b]]);
        assertThat(labels[b]).isEqualTo(sample.label());
        assertThat(store.labels()[order[b]]).isEqualTo(sample.label());
        byte[] rgb = ImagePreparer.prepare(new RgbImage(sample.rgb(), sample.size()), FORM).rgb();
        for (int c = 0; c < 3; c++) {
          for (int p = 0; p < 54; p++) {
            assertThat(images[(b * 3 + c) * 54 + p])
                .isEqualTo((double) ((rgb[p * 3 + c] & 0xff) / 255f));
          }
        }
      }
    }
  }

  @Test
  void samplesThatNoMemoryHoldsAreRefusedBeforeTheyAreRead() {
    ImagePreparation huge = ImagePreparation.stretched(ImageSize.square(65_535));
    SampleSource source =
        source(randomData(1), Split.TRAIN, new int[1_000_000], huge, LoadProgress.NONE);
    assertThatThrownBy(() -> SampleStore.load(source, Placement.on(cpu)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("1,000,000 samples of 65535x65535 pixels take 12884508.7 GB");
  }

  @Test
  void aSampleWithoutBytesIsNamed() {
    assertThatThrownBy(() -> new EncodedSample.File(null, 0, "record 7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record 7: the sample has no bytes");
    assertThatThrownBy(() -> new EncodedSample.Pixels(null, SIZE, 0, "record 8"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record 8: the sample has no pixels, or no size");
  }

  @Test
  void scalesEveryLevelAsToTensorDoes() throws Exception {
    Safetensors file = Fixtures.read("transforms_small.safetensors");
    RgbImage decoded = ImagePreparerTest.image(file.get("cifar_decoded"));
    byte[] levels = new byte[32 * 32 * 3];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) i;
    }
    ImageSize size = ImageSize.square(32);
    FakeDataset data =
        new FakeDataset(
            List.of("only"),
            List.of(
                new EncodedSample.Pixels(decoded.rgb(), size, 0, "cifar"),
                new EncodedSample.Pixels(levels, size, 0, "levels")));
    try (SampleStore store =
        SampleStore.load(
            source(
                data,
                Split.TRAIN,
                new int[] {0, 1},
                ImagePreparation.stretched(size),
                LoadProgress.NONE),
            Placement.on(cpu))) {
      TensorAssertions.assertEqual(
          "cifar", store.batch(new int[] {0}).images().squeeze(0), file.get("cifar_totensor"));
      double[] images = TensorAssertions.doubles(store.batch(new int[] {1}).images());
      for (int i = 0; i < levels.length; i++) {
        assertThat(images[i % 3 * 1024 + i / 3]).isEqualTo((double) ((i & 0xff) / 255f));
      }
    }
  }

  @Test
  void acceptsIndicesAsATensorOfAnyIntegerType() throws Exception {
    try (SampleStore store = load(randomData(9), BatchOrder.identity(9))) {
      Batch byArray = store.batch(new int[] {8, 2});
      for (ScalarType type : new ScalarType[] {ScalarType.Long, ScalarType.Int}) {
        Batch byTensor = store.batch(torch.tensor(new long[] {8, 2}).to(type));
        TensorAssertions.assertEqual("images", byTensor.images(), byArray.images());
        TensorAssertions.assertEqual("labels", byTensor.labels(), byArray.labels());
      }
    }
  }

  @Test
  void subsetsAreViewsAndNest() throws Exception {
    FakeDataset data = randomData(10);
    try (SampleStore store = load(data, BatchOrder.identity(10))) {
      Samples part = store.subset(new int[] {9, 4, 6, 1}).subset(new int[] {3, 1});
      assertThat(part.size()).isEqualTo(2);
      assertThat(part.imageSize()).isEqualTo(SIZE);
      assertThat(part.labels()).containsExactly(store.labels()[1], store.labels()[4]);
      TensorAssertions.assertEqual(
          "images", part.batch(new int[] {1, 0}).images(), store.batch(new int[] {4, 1}).images());
      TensorAssertions.assertEqual(
          "images",
          part.batch(torch.tensor(new long[] {1, 0})).images(),
          store.batch(new int[] {4, 1}).images());
      assertThatThrownBy(() -> part.batch(new int[] {2}))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> store.subset(new int[] {10}))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> store.batch(new int[] {-1}))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("sample -1 of 10");
      assertThatThrownBy(() -> store.subset(new int[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void fingerprintFollowsPixelsLabelsAndOrder() throws Exception {
    FakeDataset data = FakeDataset.random(random, 4, 0, 1, 2, 3);
    List<EncodedSample> relabelled = new ArrayList<>(data.samples());
    EncodedSample.Pixels first = (EncodedSample.Pixels) relabelled.get(0);
    relabelled.set(0, new EncodedSample.Pixels(first.rgb(), first.size(), 3, "x"));
    try (SampleStore a = load(data, 0, 1, 2);
        SampleStore same = load(data, 0, 1, 2);
        SampleStore reordered = load(data, 0, 2, 1);
        SampleStore shorter = load(data, 0, 1);
        SampleStore otherLabel = load(new FakeDataset(data.labels(), relabelled), 0, 1, 2)) {
      assertThat(a.fingerprint()).matches("[0-9a-f]{64}").isEqualTo(same.fingerprint());
      assertThat(a.fingerprint())
          .isNotIn(reordered.fingerprint(), shorter.fingerprint(), otherLabel.fingerprint());
    }
  }

  @Test
  void refusesASplitWithoutSamples() {
    assertThatThrownBy(
            () ->
                SampleStore.load(
                    source(randomData(3), Split.TEST, new int[0], FORM, LoadProgress.NONE),
                    Placement.on(cpu)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the data set has no test samples to load; its splits hold 3 train, 0 validation and 0"
                + " test samples");
  }

  @Test
  void refusesLabelsOutOfRange() {
    assertThatThrownBy(() -> load(FakeDataset.random(random, 2, 0, 1, 2, 5), 0, 1, 2, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("fake record 2: label 2, expected 0 to 1 (the data set has 2 classes)");
    assertThatThrownBy(() -> load(FakeDataset.random(random, 2, -1), 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("label -1");
  }

  @Test
  void reportsTheFirstFailureInOrderWhateverTheThreads() {
    List<EncodedSample> samples = new ArrayList<>(randomData(200).samples());
    samples.set(150, null);
    samples.set(120, new EncodedSample.File(new byte[] {1, 2, 3}, 0, "junk.jpg"));
    samples.set(121, null);
    FakeDataset data = new FakeDataset(List.of("a", "b", "c", "d"), samples);
    for (int repeat = 0; repeat < 20; repeat++) {
      assertThatThrownBy(() -> load(data, BatchOrder.identity(200)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("junk.jpg: not a JPEG");
    }
    assertThatThrownBy(() -> load(data, 150))
        .isInstanceOf(IOException.class)
        .hasMessage("fake record 150: unreadable");
  }

  @Test
  void reportsProgressOnTheCallersThread() throws Exception {
    List<Integer> heard = new ArrayList<>();
    Thread caller = Thread.currentThread();
    LoadProgress progress =
        (done, total) -> {
          assertThat(Thread.currentThread()).isSameAs(caller);
          assertThat(total).isEqualTo(50);
          heard.add(done);
        };
    SampleStore.load(
            source(randomData(50), Split.TRAIN, BatchOrder.identity(50), FORM, progress),
            Placement.on(cpu))
        .close();
    assertThat(heard).isSorted().endsWith(50);
  }

  @Test
  void anInterruptStopsLoadingAndStaysSet() {
    FakeDataset data = randomData(50);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> load(data, BatchOrder.identity(50)))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void ownsItsMemoryAndLeavesOnlyTheBatchInTheCallersScope() throws Exception {
    FakeDataset data = randomData(8);
    load(data, 0).close(); // loads classes
    long before = Pointer.totalCount();
    try (SampleStore store = load(data, BatchOrder.identity(8))) {
      long loaded = Pointer.totalCount();
      for (int step = 0; step < 50; step++) {
        try (PointerScope inner = new PointerScope()) {
          store.batch(new int[] {1, 2, 3});
          assertThat(Pointer.totalCount()).isEqualTo(loaded + 2);
        }
      }
      assertThat(Pointer.totalCount()).isEqualTo(loaded);
      store.close();
      assertThatThrownBy(() -> store.batch(new int[] {0}))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void oneSampleOfOnePixelWorks() throws Exception {
    FakeDataset data =
        new FakeDataset(
            List.of("only"),
            List.of(
                new EncodedSample.Pixels(
                    new byte[] {0, 51, (byte) 255}, ImageSize.square(1), 0, "pixel")));
    try (SampleStore store =
        SampleStore.load(
            source(
                data,
                Split.TRAIN,
                new int[] {0},
                ImagePreparation.stretched(ImageSize.square(1)),
                LoadProgress.NONE),
            Placement.on(cpu))) {
      Tensor images = store.batch(new int[] {0}).images();
      assertThat(TensorAssertions.shape(images)).containsExactly(1, 3, 1, 1);
      assertThat(TensorAssertions.doubles(images)).containsExactly(0, (double) 0.2f, 1);
      Batch empty =
          store.batch(torch.empty(new long[] {0}, new TensorOptions(ScalarType.Long), null));
      assertThat(TensorAssertions.shape(empty.images())).containsExactly(0, 3, 1, 1);
    }
  }

  @Test
  void theShareOfAGpuIsAShare() {
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(
              () -> new SampleOptions(true, Optional.empty(), OnCorrupt.ERROR, true, share))
          .isInstanceOfSatisfying(
              InvalidOptionException.class, e -> assertThat(e.option()).isEqualTo("gpu-share"))
          .hasMessage("must be from 0 to 1, found " + share);
    }
    assertThat(new Placement(cpu, 0).hasRoomFor(Long.MAX_VALUE)).as("a CPU").isTrue();
  }
}
