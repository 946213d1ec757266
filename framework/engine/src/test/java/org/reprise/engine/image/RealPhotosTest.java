package org.reprise.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reprise.api.data.ImageSize;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.Fixtures;

/**
 * Photographs against PIL's decoding and torchvision's Resize: all that {@code transforms} in
 * {@code -Dreprise.fixtures} has results of, from the folder {@code -Dreprise.photos}, or {@code
 * photos} in {@code -Dreprise.real}.
 */
class RealPhotosTest {
  private static final String FIXTURES = System.getProperty("reprise.fixtures", "");

  private static Path photos() {
    String own = System.getProperty("reprise.photos", "");
    return own.isBlank() ? Path.of(System.getProperty("reprise.real", ""), "photos") : Path.of(own);
  }

  @TestFactory
  Stream<DynamicTest> decodesAndResizesAsPil() throws Exception {
    boolean found =
        Files.isDirectory(photos())
            && !FIXTURES.isBlank()
            && Files.isRegularFile(Path.of(FIXTURES, "transforms.safetensors"));
    String needs =
        "needs -Dreprise.photos, or photos/ in -Dreprise.real, and transforms in -Dreprise.fixtures";
    if (!found) {
      System.out.println("skipped: " + needs);
    }
    assumeTrue(found, needs);
    List<DynamicTest> tests = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Fixtures.read("transforms.safetensors");
      Map<String, RgbImage> recorded = new TreeMap<>();
      file.tensors().forEach((name, tensor) -> recorded.put(name, ImagePreparerTest.image(tensor)));
      file.metadata()
          .forEach(
              (stem, description) -> {
                Pattern ofPhoto =
                    Pattern.compile(
                        Pattern.quote(stem) + "_(decoded.*|" + ImagePreparerTest.How.NAME + ")");
                Map<String, RgbImage> results = new TreeMap<>(recorded);
                results.keySet().removeIf(name -> !ofPhoto.matcher(name).matches());
                recorded.keySet().removeAll(results.keySet());
                tests.add(dynamicTest(stem, () -> check(stem, description, results)));
              });
      System.out.println("not compared: " + recorded.keySet());
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  /**
   * Compares one photograph.
   *
   * @param description its file's name first, and the SHA-256 of its pixels
   */
  private static void check(String stem, String description, Map<String, RgbImage> results)
      throws Exception {
    String name = description.split(" ")[0];
    RgbImage image = ImageDecoder.decode(Files.readAllBytes(photos().resolve(name)), name);
    String digest =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image.rgb()));
    boolean isExact = description.contains(digest);
    if (!isExact) {
      System.out.println(name + ": decoded to other pixels than recorded");
      assertThat(name).as("may be decoded so").matches("(?i).*\\.jpe?g");
    }
    assertThat(results).as(name + ": results").isNotEmpty();
    results.forEach(
        (result, expected) -> {
          String how = result.substring(stem.length() + 1);
          RgbImage actual =
              how.startsWith("decoded")
                  ? corner(image, expected.size())
                  : ImagePreparerTest.How.of(how, expected.size()).of(image, expected.size());
          if (isExact) {
            ImagePreparerTest.assertSame(result, actual, expected);
          } else {
            assertClose(result, actual, expected);
          }
        });
  }

  /** Other versions of libjpeg may differ by a level. */
  private static void assertClose(String what, RgbImage actual, RgbImage expected) {
    assertThat(actual.size()).as(what).isEqualTo(expected.size());
    int far = 0;
    for (int i = 0; i < expected.rgb().length; i++) {
      far += Math.abs((actual.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff)) > 1 ? 1 : 0;
    }
    assertThat(far).as(what).isLessThanOrEqualTo(expected.rgb().length / 1000);
  }

  private static RgbImage corner(RgbImage image, ImageSize size) {
    byte[] rgb = new byte[3 * size.height() * size.width()];
    int row = 3 * size.width();
    for (int y = 0; y < size.height(); y++) {
      System.arraycopy(image.rgb(), 3 * image.size().width() * y, rgb, row * y, row);
    }
    return new RgbImage(rgb, size);
  }
}
