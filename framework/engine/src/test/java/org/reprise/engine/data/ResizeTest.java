package org.reprise.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.data.ImageSize;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.Fixtures;

class ResizeTest {

  @ParameterizedTest
  @CsvSource({
    "odd_in, odd_bilinear_32x32",
    "odd_in, odd_bilinear_73x40",
    "odd_in, odd_bilinear_20x91",
    "odd_in, odd_bilinear_128x128",
    "odd_in, odd_bilinear_67x91",
    "cifar_decoded, cifar_up_bilinear_96",
    "cifar_decoded, cifar_down_bilinear_9",
  })
  void agreesWithPil(String from, String to) throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Fixtures.read("transforms_small.safetensors");
      RgbImage expected = image(file.get(to));
      RgbImage actual = Resize.bilinear(image(file.get(from)), expected.size());
      assertWithinOneLevel(to, actual, expected, 0.01);
    }
  }

  @Test
  void returnsTheImageItselfWhereItHasTheSize() {
    RgbImage image = new RgbImage(new byte[2 * 3 * 3], new ImageSize(2, 3));
    assertThat(Resize.bilinear(image, new ImageSize(2, 3))).isSameAs(image);
  }

  @Test
  void keepsAConstantImageAndItsChannels() {
    byte[] rgb = new byte[5 * 7 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) new int[] {1, 128, 255}[i % 3];
    }
    RgbImage image = new RgbImage(rgb, new ImageSize(5, 7));
    for (ImageSize size :
        new ImageSize[] {ImageSize.square(1), new ImageSize(13, 2), ImageSize.square(40)}) {
      byte[] resized = Resize.bilinear(image, size).rgb();
      assertThat(resized).hasSize(size.height() * size.width() * 3);
      for (int i = 0; i < resized.length; i++) {
        assertThat(resized[i]).as("%s at %s", size, i).isEqualTo(rgb[i % 3]);
      }
    }
  }

  static RgbImage image(Tensor tensor) {
    ByteBuffer bytes = ByteBuffer.allocate((int) tensor.numel());
    new BytePointer(tensor.data_ptr()).get(bytes.array());
    return new RgbImage(bytes.array(), new ImageSize((int) tensor.size(0), (int) tensor.size(1)));
  }

  static void assertWithinOneLevel(String what, RgbImage actual, RgbImage expected, double share) {
    assertThat(actual.size()).isEqualTo(expected.size());
    int different = 0;
    for (int i = 0; i < expected.rgb().length; i++) {
      int distance = Math.abs((actual.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff));
      assertThat(distance).as("%s: byte %s", what, i).isLessThanOrEqualTo(1);
      different += distance;
    }
    System.out.printf("%s: %d of %d differ by 1%n", what, different, expected.rgb().length);
    assertThat(different / (double) expected.rgb().length).as(what).isLessThanOrEqualTo(share);
  }
}
