package org.reprise.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.api.InvalidInputException;
import org.reprise.safetensors.Safetensors;

/**
 * Files of many kinds against the pixels that PIL makes of them; {@code
 * scripts/make-image-fixtures.py} made both.
 */
class ImageFormatsTest {
  @TempDir private static Path folder;
  private static Path fixture;

  @BeforeAll
  static void copy() throws IOException {
    Loader.load(torch.class);
    fixture = folder.resolve("images.safetensors");
    try (InputStream in = ImageFormatsTest.class.getResourceAsStream("images.safetensors")) {
      Files.copy(in, fixture, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  static List<String> names() throws IOException {
    try (PointerScope scope = new PointerScope()) {
      return Safetensors.read(fixture).tensors().keySet().stream()
          .filter(name -> !name.endsWith(".rgb"))
          .sorted()
          .toList();
    }
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[(int) tensor.numel()];
    new BytePointer(tensor.data_ptr()).get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("names")
  void decodesToThePixelsOfPil(String name) throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Safetensors.read(fixture);
      RgbImage expected = ImagePreparerTest.image(file.get(name + ".rgb"));
      byte[] encoded = bytes(file.get(name));
      RgbImage actual = ImageDecoder.decode(encoded, name);
      assertThat(actual.size()).isEqualTo(expected.size());
      assertThat(ImageDecoder.size(encoded, name)).isEqualTo(expected.size());
      ImagePreparerTest.assertSame(name, actual, expected);
    }
  }

  /** What does not decode is refused by name; nothing else is ever thrown. */
  @Test
  @Timeout(300)
  void damagedFilesAreDecodedOrRefusedByName() throws Exception {
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    int rounds = Integer.getInteger("reprise.fuzz", 500);
    System.out.println("-Dreprise.seed=" + seed + ", " + rounds + " rounds");
    Random random = new Random(seed);
    List<byte[]> files = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Safetensors.read(fixture);
      for (String name : names()) {
        files.add(bytes(file.get(name)));
      }
    }
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] mutated = mutate(files.get(random.nextInt(files.size())), random);
      try {
        ImageDecoder.decode(mutated, "mutated " + round);
      } catch (InvalidInputException e) {
        assertThat(e.getMessage()).startsWith("mutated " + round + ": ");
        refused++;
      } catch (RuntimeException | Error e) {
        Path kept = Files.createTempFile("mutated", ".bin");
        Files.write(kept, mutated);
        fail("round " + round + " of -Dreprise.seed=" + seed + " (" + kept + ")", e);
      }
    }
    System.out.println(refused + " refused");
    assertThat(refused).isBetween(1, rounds - 1);
  }

  private static byte[] mutate(byte[] file, Random random) {
    byte[] bytes = file.clone();
    for (int n = 1 + random.nextInt(8); n > 0; n--) {
      // half of the changes in the first bytes, where the headers are
      int bound = random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length;
      bytes[random.nextInt(bound)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length))
        : bytes;
  }
}
