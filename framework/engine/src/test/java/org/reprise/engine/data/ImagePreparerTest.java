package org.reprise.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImagePreparation.Fit;
import org.reprise.api.data.ImagePreparation.Interpolation;
import org.reprise.api.data.ImageSize;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.Fixtures;

class ImagePreparerTest {

  @ParameterizedTest
  @CsvSource({
    "odd_in, odd_bilinear_32x32, BILINEAR",
    "odd_in, odd_bilinear_73x40, BILINEAR",
    "odd_in, odd_bilinear_20x91, BILINEAR",
    "odd_in, odd_bilinear_128x128, BILINEAR",
    "odd_in, odd_bilinear_67x91, BILINEAR",
    "odd_in, odd_bicubic_32x32, BICUBIC",
    "odd_in, odd_bicubic_73x40, BICUBIC",
    "odd_in, odd_bicubic_20x91, BICUBIC",
    "odd_in, odd_bicubic_128x128, BICUBIC",
    "odd_in, odd_bicubic_67x91, BICUBIC",
    "cifar_decoded, cifar_up_bilinear_96, BILINEAR",
    "cifar_decoded, cifar_up_bicubic_96, BICUBIC",
    "cifar_decoded, cifar_down_bilinear_9, BILINEAR",
  })
  void stretchesExactlyAsPil(String from, String to, Interpolation interpolation) throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Fixtures.read("transforms_small.safetensors");
      RgbImage expected = image(file.get(to));
      RgbImage actual =
          ImagePreparer.prepare(
              image(file.get(from)),
              new ImagePreparation(expected.size(), Fit.STRETCH, interpolation));
      assertSame(to, actual, expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "odd_in, odd_clip_30",
    "odd_in, odd_clip_67",
    "odd_in, odd_clip_80",
    "odd_tall_in, odd_tall_clip_30",
    "odd_tall_in, odd_tall_clip_67",
    "odd_tall_in, odd_tall_clip_80",
  })
  void cropsTheMiddleExactlyAsTorchvision(String from, String to) throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Fixtures.read("transforms_small.safetensors");
      RgbImage expected = image(file.get(to));
      assertSame(
          to,
          ImagePreparer.prepare(
              image(file.get(from)), ImagePreparation.centerCropped(expected.size().height())),
          expected);
    }
  }

  /**
   * Of an image that is not resized, with odd margins. (The fixture of size 101 is larger than its
   * image and padded by torchvision; after the short side is resized that cannot be.)
   */
  @Test
  void aCropAloneIsTorchvisions() throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Fixtures.read("transforms_small.safetensors");
      RgbImage image = image(file.get("odd_in"));
      RgbImage expected = image(file.get("odd_centercrop_50"));
      assertSame(
          "odd_centercrop_50",
          ImagePreparer.middle(image, image.size(), Interpolation.BICUBIC, expected.size()),
          expected);
    }
  }

  @Test
  void returnsTheImageItselfWhereItHasTheSize() {
    RgbImage image = new RgbImage(new byte[2 * 3 * 3], new ImageSize(2, 3));
    assertThat(ImagePreparer.prepare(image, ImagePreparation.stretched(image.size())))
        .isSameAs(image);
    RgbImage square = new RgbImage(new byte[27], ImageSize.square(3));
    assertThat(ImagePreparer.prepare(square, ImagePreparation.centerCropped(3))).isSameAs(square);
  }

  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void keepsAConstantImageAndItsChannels(Interpolation interpolation) {
    byte[] rgb = new byte[5 * 7 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) new int[] {1, 128, 255}[i % 3];
    }
    RgbImage image = new RgbImage(rgb, new ImageSize(5, 7));
    for (Fit fit : Fit.values()) {
      for (int side : new int[] {1, 3, 13, 40}) {
        byte[] resized =
            ImagePreparer.prepare(
                    image, new ImagePreparation(ImageSize.square(side), fit, interpolation))
                .rgb();
        assertThat(resized).hasSize(side * side * 3);
        for (int i = 0; i < resized.length; i++) {
          assertThat(resized[i]).as("%s to %s at %s", fit, side, i).isEqualTo(rgb[i % 3]);
        }
      }
    }
  }

  /** A window is computed alone; it must be that part of the whole. */
  @Test
  void aWindowIsAPartOfTheWholeResult() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      ImageSize from = new ImageSize(1 + random.nextInt(40), 1 + random.nextInt(40));
      ImageSize to = new ImageSize(1 + random.nextInt(40), 1 + random.nextInt(40));
      byte[] rgb = new byte[from.height() * from.width() * 3];
      random.nextBytes(rgb);
      RgbImage image = new RgbImage(rgb, from);
      Interpolation filter = random.nextBoolean() ? Interpolation.BILINEAR : Interpolation.BICUBIC;
      int top = random.nextInt(to.height());
      int left = random.nextInt(to.width());
      ImageSize window =
          new ImageSize(
              1 + random.nextInt(to.height() - top), 1 + random.nextInt(to.width() - left));
      byte[] whole = Resample.resize(image, to, filter, 0, 0, to).rgb();
      byte[] part = Resample.resize(image, to, filter, top, left, window).rgb();
      for (int i = 0; i < part.length; i++) {
        int y = i / 3 / window.width();
        int x = i / 3 % window.width();
        assertThat(part[i])
            .as("%s to %s, window %s at %d,%d, byte %d", from, to, window, top, left, i)
            .isEqualTo(whole[3 * ((top + y) * to.width() + left + x) + i % 3]);
      }
    }
  }

  @Test
  void aCentreCropIsSquare() {
    assertThatThrownBy(
            () ->
                new ImagePreparation(
                    new ImageSize(2, 3), Fit.SHORT_SIDE_CENTER_CROP, Interpolation.BICUBIC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2x3");
  }

  static RgbImage image(Tensor tensor) {
    ByteBuffer bytes = ByteBuffer.allocate((int) tensor.numel());
    new BytePointer(tensor.data_ptr()).get(bytes.array());
    return new RgbImage(bytes.array(), new ImageSize((int) tensor.size(0), (int) tensor.size(1)));
  }

  static void assertSame(String what, RgbImage actual, RgbImage expected) {
    assertThat(actual.size()).as(what).isEqualTo(expected.size());
    int different = 0;
    for (int i = 0; i < expected.rgb().length; i++) {
      different += actual.rgb()[i] == expected.rgb()[i] ? 0 : 1;
    }
    assertThat(different).as("%s: bytes that differ of %d", what, actual.rgb().length).isZero();
  }
}
