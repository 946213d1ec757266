package org.reprise.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;
import static org.reprise.testkit.TensorAssertions.assertFinite;
import static org.reprise.testkit.TensorAssertions.doubles;
import static org.reprise.testkit.TensorAssertions.shape;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImageOperation;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.sampling.TrivialChange.Kind;
import org.reprise.engine.store.Batch;
import org.reprise.testkit.NativeMemory;
import org.reprise.testkit.NativeScope;

/** What follows crop and mirroring, against loops over pixels. */
@ExtendWith(NativeScope.class)
final class ImageOperationsTest {
  private static final int HEIGHT = 7;
  private static final int WIDTH = 6;
  private static final int PIXELS = HEIGHT * WIDTH;
  private static final int SAMPLES = 60;
  private static final List<ImageOperation> ALL =
      List.of(
          new ImageOperation.Flip(),
          new ImageOperation.PaddedCrop(2),
          new ImageOperation.ResizedCrop(0.3, 1),
          new ImageOperation.TrivialAugment());

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @BeforeEach
  void printSeed() {
    System.out.println("ImageOperationsTest: seed " + seed);
  }

  private Tensor images(int count) {
    float[] values = new float[count * 3 * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256) / 255f;
    }
    return Tensor.create(values).reshape(count, 3, HEIGHT, WIDTH);
  }

  private static Tensor augmented(
      List<ImageOperation> operations, long seed, Tensor images, int epoch, int... indices) {
    Augmentation augmentation = new Augmentation(new ImageSize(HEIGHT, WIDTH), false, operations);
    Tensor batch =
        images
            .index_select(0, Tensor.create(Arrays.stream(indices).asLongStream().toArray()))
            .contiguous(MemoryFormat.ChannelsLast);
    Tensor labels = torch.zeros(indices.length).to(ScalarType.Long);
    return new Augmenter(Optional.of(augmentation), seed, SAMPLES)
        .apply(new Batch(batch, labels), indices, "training", epoch)
        .images();
  }

  @Test
  void anImageHasItsOwnNumbers() {
    Tensor images = images(SAMPLES);
    int[] all = BatchOrder.identity(SAMPLES);
    for (ImageOperation operation : ALL) {
      List<ImageOperation> list = List.of(operation);
      Tensor together = augmented(list, 3, images, 1, all);
      assertThat(shape(together)).containsExactly(SAMPLES, 3, HEIGHT, WIDTH);
      assertThat(together.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertEqual("again", augmented(list, 3, images, 1, all), together);
      Tensor others = augmented(list, 3, images, 1, 40, 7, 12);
      assertEqual("sample 7", others.select(0, 1), together.select(0, 7));
      assertThat(doubles(augmented(list, 3, images, 2, all))).isNotEqualTo(doubles(together));
      assertThat(doubles(augmented(list, 4, images, 1, all))).isNotEqualTo(doubles(together));
    }
    // an operation's numbers do not depend on those that follow it
    Tensor first = augmented(List.of(ALL.get(0)), 3, images, 1, all);
    Tensor both = augmented(List.of(ALL.get(0), ALL.get(3)), 3, images, 1, all);
    assertEqual("then TrivialAugment", both, augmentedSecond(ALL.get(0), ALL.get(3), first, all));
  }

  /** Does the second operation to what the first one returned, by the numbers of second place. */
  private static Tensor augmentedSecond(
      ImageOperation first, ImageOperation second, Tensor images, int[] all) {
    Tensor result = images.clone();
    RandomStream seeds = RandomStream.of(3, "augment-training-1", 1);
    for (int sample : all) {
      RandomStream own = RandomStream.of(seeds.nextLong(), "image", 0);
      result.select(0, sample).copy_(ImageChange.of(second).apply(images.select(0, sample), own));
    }
    assertThat(first).isNotEqualTo(second);
    return result;
  }

  @Test
  void flipsHalfOfTheImages() {
    Tensor images = images(SAMPLES);
    Tensor result =
        augmented(List.of(new ImageOperation.Flip()), 3, images, 0, BatchOrder.identity(SAMPLES));
    int flipped = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      Tensor one = images.select(0, sample);
      boolean same = result.select(0, sample).equal(one);
      assertThat(same || result.select(0, sample).equal(one.flip(2))).isTrue();
      flipped += same ? 0 : 1;
    }
    assertThat(flipped).isBetween(15, 45);
  }

  @Test
  void aPaddedCropShiftsTheImageIntoZeros() {
    int padding = 2;
    Tensor images = images(SAMPLES);
    double[] before = doubles(images);
    double[] after =
        doubles(
            augmented(
                List.of(new ImageOperation.PaddedCrop(padding)),
                3,
                images,
                0,
                BatchOrder.identity(SAMPLES)));
    boolean[][] seen = new boolean[5][5];
    for (int sample = 0; sample < SAMPLES; sample++) {
      int found = 0;
      for (int down = -padding; down <= padding; down++) {
        for (int right = -padding; right <= padding; right++) {
          if (isShifted(before, after, sample * 3 * PIXELS, down, right)) {
            found++;
            seen[down + padding][right + padding] = true;
          }
        }
      }
      assertThat(found).as("sample %d", sample).isEqualTo(1);
    }
    assertThat(IntStream.range(0, 25).filter(i -> seen[i / 5][i % 5]).count()).isGreaterThan(12);
  }

  private static boolean isShifted(double[] before, double[] after, int at, int down, int right) {
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          if (after[at + c * PIXELS + y * WIDTH + x]
              != pixel(before, at + c * PIXELS, y + down, x + right)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** Returns a pixel of a channel that begins at a place; 0 outside. */
  private static double pixel(double[] values, int at, int y, int x) {
    return y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH ? 0 : values[at + y * WIDTH + x];
  }

  /** A ramp stays a ramp of the piece's span, in both directions. */
  @Test
  void aResizedCropIsAPieceAtFullSize() {
    int side = 40;
    Tensor ramp = torch.arange(new Scalar(side)).to(ScalarType.Float);
    Tensor image =
        torch.stack(
            new TensorVector(
                ramp.unsqueeze(0).expand(side, side),
                ramp.unsqueeze(1).expand(side, side),
                torch.ones(side, side)),
            0);
    ImageChange crop = ImageChange.of(new ImageOperation.ResizedCrop(0.25, 0.5));
    double smallest = 1;
    double largest = 0;
    for (int i = 0; i < 100; i++) {
      Tensor piece = crop.apply(image, RandomStream.of(seed, "crop", i));
      assertThat(shape(piece)).containsExactly(3, side, side);
      assertClose("a constant", piece.select(0, 2), torch.ones(side, side), 1e-6, 0);
      double wide = slope(doubles(piece.select(0, 0)), 1, side);
      double high = slope(doubles(piece.select(0, 1)), side, side);
      assertThat(wide / high).isBetween(0.7, 1.45); // 3:4 to 4:3, in whole pixels
      smallest = Math.min(smallest, wide * high);
      largest = Math.max(largest, wide * high);
    }
    assertThat(smallest).isBetween(0.22, 0.3);
    assertThat(largest).isBetween(0.45, 0.53);
  }

  /** Returns by how much the middle of the piece rises for each pixel. */
  private static double slope(double[] values, int step, int side) {
    int middle = side / 2 * side + side / 2;
    return (values[middle + 5 * step] - values[middle - 5 * step]) / 10;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyChangeKeepsSizeAndRange(Kind kind) {
    Tensor image = images(1).select(0, 0);
    Tensor before = image.clone();
    boolean changes = false;
    for (int i = 0; i < TrivialChange.STRENGTHS; i++) {
      for (boolean negative : new boolean[] {false, true}) {
        Tensor result =
            TrivialChange.change(image, kind, i / (TrivialChange.STRENGTHS - 1.0), negative);
        assertThat(shape(result)).containsExactly(3, HEIGHT, WIDTH);
        assertThat(result.scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertFinite("result", result);
        assertThat(DoubleStream.of(doubles(result)).allMatch(v -> v >= 0 && v <= 1)).isTrue();
        assertEqual("the image", image, before);
        changes |= !result.equal(image);
      }
    }
    // PIL's rule leaves images of fewer than 255 pixels as they are
    assertThat(changes).isEqualTo(kind != Kind.IDENTITY && kind != Kind.EQUALIZE);
  }

  @Test
  void movesPixelsAsALoopWould() {
    Tensor image = images(1).select(0, 0);
    double[] values = doubles(image);
    double strength = 4.0 / 30;
    int shift = (int) (32 * strength);
    double shear = 0.99 * strength;
    double turn = Math.toRadians(135 * strength);
    compare(image, Kind.TRANSLATE_X, strength, values, (x, y) -> x - shift, (x, y) -> y);
    compare(image, Kind.TRANSLATE_Y, strength, values, (x, y) -> x, (x, y) -> y - shift);
    compare(image, Kind.SHEAR_X, strength, values, (x, y) -> x + shear * y, (x, y) -> y);
    compare(image, Kind.SHEAR_Y, strength, values, (x, y) -> x, (x, y) -> y + shear * x);
    double cx = WIDTH / 2.0;
    double cy = HEIGHT / 2.0;
    compare(
        image,
        Kind.ROTATE,
        strength,
        values,
        (x, y) -> cx + Math.cos(turn) * (x - cx) - Math.sin(turn) * (y - cy),
        (x, y) -> cy + Math.sin(turn) * (x - cx) + Math.cos(turn) * (y - cy));
  }

  /** A coordinate of the source of a pixel's centre. */
  @FunctionalInterface
  private interface Source {
    double of(double x, double y);
  }

  private static void compare(
      Tensor image, Kind kind, double strength, double[] values, Source column, Source row) {
    double[] found = doubles(TrivialChange.change(image, kind, strength, false));
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          int fromX = (int) Math.floor(column.of(x + 0.5, y + 0.5));
          int fromY = (int) Math.floor(row.of(x + 0.5, y + 0.5));
          assertThat(found[c * PIXELS + y * WIDTH + x])
              .as("%s at %d, %d", kind, x, y)
              .isEqualTo(pixel(values, c * PIXELS, fromY, fromX));
        }
      }
    }
  }

  @Test
  void coloursChangeAsALoopWould() {
    Tensor image = images(1).select(0, 0);
    double[] v = doubles(image);
    double strength = 12.0 / 30;
    double up = 1 + 0.99 * strength;
    double down = 1 - 0.99 * strength;
    IntToDoubleFunction grey =
        i ->
            0.2989 * v[i % PIXELS]
                + 0.587 * v[PIXELS + i % PIXELS]
                + 0.114 * v[2 * PIXELS + i % PIXELS];
    double mean = IntStream.range(0, PIXELS).mapToDouble(grey).average().orElseThrow();
    compare(image, Kind.BRIGHTNESS, strength, false, i -> clip(v[i] * up));
    compare(image, Kind.BRIGHTNESS, strength, true, i -> clip(v[i] * down));
    compare(
        image,
        Kind.COLOR,
        strength,
        false,
        i -> clip(v[i] * up + grey.applyAsDouble(i) * (1 - up)));
    compare(image, Kind.CONTRAST, strength, true, i -> clip(v[i] * down + mean * (1 - down)));
    compare(image, Kind.SHARPNESS, strength, false, i -> clip(v[i] * up + smooth(v, i) * (1 - up)));
    compare(image, Kind.SOLARIZE, strength, false, i -> v[i] >= 1 - strength ? 1 - v[i] : v[i]);
    int step = 1 << Math.round(6 * (float) strength);
    compare(
        image, Kind.POSTERIZE, strength, false, i -> Math.round(v[i] * 255) / step * step / 255.0);
    compare(
        image,
        Kind.AUTO_CONTRAST,
        strength,
        false,
        i -> {
          double[] channel =
              Arrays.copyOfRange(v, i / PIXELS * PIXELS, i / PIXELS * PIXELS + PIXELS);
          double low = DoubleStream.of(channel).min().orElseThrow();
          double high = DoubleStream.of(channel).max().orElseThrow();
          return (v[i] - low) / (high - low);
        });
  }

  private static double clip(double value) {
    return Math.max(0, Math.min(1, value));
  }

  private static double smooth(double[] v, int i) {
    int at = i / PIXELS * PIXELS;
    int y = i % PIXELS / WIDTH;
    int x = i % WIDTH;
    if (y == 0 || x == 0 || y == HEIGHT - 1 || x == WIDTH - 1) {
      return v[i];
    }
    double sum = 4 * v[i];
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        sum += pixel(v, at, y + dy, x + dx);
      }
    }
    return sum / 13;
  }

  private static void compare(
      Tensor image, Kind kind, double strength, boolean negative, IntToDoubleFunction oracle) {
    double[] found = doubles(TrivialChange.change(image, kind, strength, negative));
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("%s at %d", kind, i).isCloseTo(oracle.applyAsDouble(i), within(2e-6));
    }
  }

  /** Half of the pixels dark, half a little less dark: they go to black and to the middle. */
  @Test
  void equalizesByTheShareOfPixelsBelow() {
    int side = 32; // 1024 pixels, so that PIL's step is above 0
    Tensor half = torch.ones(3, side, side);
    half.narrow(1, 0, side / 2).fill_(new Scalar(10 / 255.0));
    half.narrow(1, side / 2, side / 2).fill_(new Scalar(20 / 255.0));
    Tensor result = TrivialChange.change(half, Kind.EQUALIZE, 0, false);
    // step (1024 - 512) / 255 = 2; level 10 has nothing below: (0 + 1) / 2 = 0; level 20: 256, at
    // most 255
    assertClose("dark", result.select(1, 0), torch.zeros(3, side), 1e-6, 0);
    assertClose("less dark", result.select(1, side - 1), torch.ones(3, side), 1e-6, 0);
    Tensor flat = torch.full(new long[] {3, side, side}, new Scalar(0.2f));
    assertClose("one level", TrivialChange.change(flat, Kind.EQUALIZE, 0, false), flat, 1e-6, 0);
    assertClose(
        "one level", TrivialChange.change(flat, Kind.AUTO_CONTRAST, 0, false), flat, 1e-6, 0);
  }

  @Test
  void leavesNothingBehind() {
    Tensor images = images(SAMPLES);
    NativeMemory.assertFlat(
        "a batch with all operations",
        () -> augmented(ALL, 3, images, 0, BatchOrder.identity(SAMPLES)));
  }
}
