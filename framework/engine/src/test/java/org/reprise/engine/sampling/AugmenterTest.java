package org.reprise.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.SampleOptions;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.Fixtures;
import org.reprise.testkit.TensorAssertions;

class AugmenterTest {
  private static final int SAMPLES = 400;
  private static final int SIDE = 8;
  private static final int CROP = 5;
  private static final Augmentation BOTH = new Augmentation(ImageSize.square(CROP), true);

  private PointerScope scope;

  @BeforeEach
  void open() {
    Loader.load(torch.class);
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Every pixel's value says which sample, row and column it is. */
  private static Batch batch(int... indices) {
    float[] values = new float[indices.length * 3 * SIDE * SIDE];
    int i = 0;
    for (int index : indices) {
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < SIDE * SIDE; p++) {
          values[i++] = (index * 3 + c) * 64 + p;
        }
      }
    }
    Tensor images =
        torch
            .tensor(values)
            .reshape(indices.length, 3, SIDE, SIDE)
            .contiguous(MemoryFormat.ChannelsLast);
    return new Batch(images, torch.zeros(indices.length).to(ScalarType.Long));
  }

  private static Augmenter augmenter(Augmentation augmentation, long seed) {
    return new Augmenter(Optional.of(augmentation), seed, SAMPLES);
  }

  private static double[] run(Augmenter augmenter, String pass, int epoch, int... indices) {
    Tensor images = augmenter.apply(batch(indices), indices, pass, epoch).images();
    assertThat(TensorAssertions.shape(images)).containsExactly(indices.length, 3, CROP, CROP);
    assertThat(images.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
    return TensorAssertions.doubles(images);
  }

  @Test
  void everyImageIsAContiguousCropOfItselfPossiblyMirrored() {
    int[] all = BatchOrder.identity(SAMPLES);
    double[] values = run(augmenter(BOTH, 3), "training", 0, all);
    int[] tops = new int[4];
    int[] lefts = new int[4];
    int mirrored = 0;
    for (int s = 0; s < SAMPLES; s++) {
      int first = (int) values[s * 3 * CROP * CROP];
      int second = (int) values[s * 3 * CROP * CROP + 1];
      boolean flipped = second < first;
      int top = first % 64 / SIDE;
      int left = first % SIDE - (flipped ? CROP - 1 : 0);
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < CROP; y++) {
          for (int x = 0; x < CROP; x++) {
            int column = left + (flipped ? CROP - 1 - x : x);
            assertThat(values[((s * 3 + c) * CROP + y) * CROP + x])
                .as("sample %d, channel %d, %d,%d", s, c, y, x)
                .isEqualTo((s * 3 + c) * 64 + (top + y) * SIDE + column);
          }
        }
      }
      tops[top]++;
      lefts[left]++;
      mirrored += flipped ? 1 : 0;
    }
    // Fixed seed: these are properties of one draw, far from the bounds of chance.
    assertThat(Arrays.stream(tops).min().getAsInt()).isGreaterThan(60);
    assertThat(Arrays.stream(lefts).min().getAsInt()).isGreaterThan(60);
    assertThat(mirrored).isBetween(150, 250);
  }

  @Test
  void doesNotDependOnOrderOrBatches() {
    double[] together = run(augmenter(BOTH, 5), "training", 2, 7, 9, 300);
    double[] alone = run(augmenter(BOTH, 5), "training", 2, 9);
    int size = 3 * CROP * CROP;
    assertThat(alone).isEqualTo(Arrays.copyOfRange(together, size, 2 * size));
  }

  @Test
  void seedPassAndEpochDrawAnewAndRepeat() {
    int[] all = BatchOrder.identity(SAMPLES);
    double[] first = run(augmenter(BOTH, 5), "training", 0, all);
    Augmenter other = augmenter(BOTH, 5);
    assertThat(run(other, "training", 1, all)).isNotEqualTo(first);
    assertThat(run(other, "evidence", 0, all)).isNotEqualTo(first);
    assertThat(run(other, "training", 0, all)).isEqualTo(first);
    assertThat(run(augmenter(BOTH, 6), "training", 0, all)).isNotEqualTo(first);
  }

  @Test
  void withoutFlipTheCropsStayTheSame() {
    int[] all = BatchOrder.identity(SAMPLES);
    Augmentation crops = SampleOptions.DEFAULT.allow(Optional.of(BOTH), BOTH.size()).orElseThrow();
    assertThat(crops).isEqualTo(BOTH);
    Augmentation plain =
        new SampleOptions(false, Optional.empty(), SampleOptions.OnCorrupt.ERROR, true, 0.3)
            .allow(Optional.of(BOTH), BOTH.size())
            .orElseThrow();
    double[] flipped = run(augmenter(crops, 1), "training", 0, all);
    double[] upright = run(augmenter(plain, 1), "training", 0, all);
    for (int row = 0; row < flipped.length; row += CROP) {
      double[] a = Arrays.copyOfRange(flipped, row, row + CROP);
      double[] b = Arrays.copyOfRange(upright, row, row + CROP);
      assertThat(b).isSorted();
      Arrays.sort(a);
      assertThat(a).isEqualTo(b);
    }
  }

  @Test
  void nothingToDoLeavesTheBatchAlone() {
    Batch batch = batch(1, 2);
    assertThat(new Augmenter(Optional.empty(), 0, 9).apply(batch, new int[] {1, 2}, "training", 0))
        .isSameAs(batch);
  }

  @Test
  void refusesACropThatDoesNotFit() {
    Augmenter large = augmenter(new Augmentation(ImageSize.square(SIDE + 1), true), 0);
    assertThatThrownBy(() -> large.apply(batch(0), new int[] {0}, "training", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9x9")
        .hasMessageContaining("8x8");
  }

  @Test
  void mirrorsAsPil() {
    Safetensors file = Fixtures.read("transforms_small.safetensors");
    Tensor image = file.tensors().get("odd_in");
    Tensor mirrored = file.tensors().get("odd_hflip");
    ImageSize size = new ImageSize((int) image.size(0), (int) image.size(1));
    int[] indices = new int[40];
    Arrays.setAll(indices, i -> i);
    Tensor images =
        image.permute(2, 0, 1).unsqueeze(0).expand(indices.length, 3, size.height(), size.width());
    Tensor result =
        augmenter(new Augmentation(size, true), 5)
            .apply(
                new Batch(images.to(ScalarType.Float), torch.zeros(indices.length)),
                indices,
                "train",
                0)
            .images();
    int flips = 0;
    for (int i = 0; i < indices.length; i++) {
      Tensor one = result.select(0, i).permute(1, 2, 0).to(ScalarType.Byte);
      boolean isMirrored = one.equal(mirrored);
      assertThat(isMirrored || one.equal(image)).as("image %d", i).isTrue();
      flips += isMirrored ? 1 : 0;
    }
    assertThat(flips).isBetween(5, 35);
  }
}
