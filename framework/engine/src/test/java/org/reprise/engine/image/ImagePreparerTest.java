package org.reprise.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImagePreparation.Fit;
import org.reprise.api.data.ImagePreparation.Interpolation;
import org.reprise.api.data.ImageSize;
import org.reprise.testkit.Fixtures;

public class ImagePreparerTest {

  /** Every result that is recorded, whatever the sizes. */
  @TestFactory
  Stream<DynamicTest> preparesExactlyAsPilAndTorchvision() throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Map<String, RgbImage> images = new TreeMap<>();
      Fixtures.read("transforms_small.safetensors")
          .tensors()
          .forEach(
              (name, tensor) -> {
                if (tensor.dim() == 3 && tensor.size(2) == 3) {
                  images.put(name, image(tensor));
                }
              });
      List<DynamicTest> tests = new ArrayList<>();
      for (String name : images.keySet()) {
        Matcher recorded = Pattern.compile("(.+?)_(" + How.NAME + ")").matcher(name);
        if (recorded.matches()) {
          RgbImage input =
              images.getOrDefault(
                  recorded.group(1) + "_in", images.get(recorded.group(1) + "_decoded"));
          How how = How.of(recorded.group(2), images.get(name).size());
          tests.add(dynamicTest(name, () -> how.check(name, input, images.get(name))));
        }
      }
      assertThat(tests).isNotEmpty();
      return tests.stream();
    }
  }

  /**
   * What was done to an image, as the name of a recorded result says.
   *
   * @param resized the size that it was brought to; empty for a crop alone and for CLIP's resize
   * @param interpolation the filter
   * @param isCropOnly whether nothing is resized
   */
  record How(Optional<ImageSize> resized, Interpolation interpolation, boolean isCropOnly) {
    static final String NAME =
        "(?:(?:up|down)_)?(?:resize|bilinear|bicubic|clip|centercrop)_?\\d+(?:x\\d+)?";

    static How of(String name, ImageSize result) {
      boolean crops = name.contains("clip") || name.contains("centercrop");
      return new How(
          crops ? Optional.empty() : Optional.of(result),
          name.contains("bicubic") || crops ? Interpolation.BICUBIC : Interpolation.BILINEAR,
          name.contains("centercrop"));
    }

    RgbImage of(RgbImage image, ImageSize result) {
      if (isCropOnly) {
        return ImagePreparer.middle(image, image.size(), interpolation, result);
      }
      Fit fit = resized.isPresent() ? Fit.STRETCH : Fit.SHORT_SIDE_CENTER_CROP;
      return ImagePreparer.prepare(image, new ImagePreparation(result, fit, interpolation));
    }

    void check(String what, RgbImage image, RgbImage expected) {
      ImageSize size = expected.size();
      boolean isLarger =
          size.height() > image.size().height() || size.width() > image.size().width();
      if (isCropOnly && isLarger) {
        // torchvision pads here; see neverCropsMoreThanThereIs
        assertThatThrownBy(() -> of(image, size))
            .as(what)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("a crop of " + size + " out of an image of " + image.size());
        return;
      }
      assertSame(what, of(image, size), expected);
    }
  }

  /**
   * torchvision's CenterCrop puts zeros around an image that is smaller than the crop. After the
   * short side was resized to the crop's there is no such image, so that this is never asked for.
   */
  @Test
  void neverCropsMoreThanThereIs() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      ImageSize from =
          new ImageSize(1 + random.nextInt(1 << random.nextInt(8)), 1 + random.nextInt(300));
      int side = 1 + random.nextInt(50);
      RgbImage image = new RgbImage(new byte[3 * from.height() * from.width()], from);
      assertThat(ImagePreparer.prepare(image, ImagePreparation.centerCropped(side)).size())
          .as("%s to %d", from, side)
          .isEqualTo(ImageSize.square(side));
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

  public static RgbImage image(Tensor tensor) {
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
