package org.reprise.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.Fixtures;

/** Real photos against PIL's decode and torchvision's Resize. */
class RealPhotosTest {
  private static final String REAL = System.getProperty("reprise.real", "");
  private static final String FIXTURES = System.getProperty("reprise.fixtures", "");

  @BeforeEach
  void needsFiles() {
    boolean found =
        !REAL.isBlank()
            && Files.isDirectory(Path.of(REAL, "photos"))
            && !FIXTURES.isBlank()
            && Files.isRegularFile(Path.of(FIXTURES, "transforms.safetensors"));
    if (!found) {
      System.out.println("skipped: photos/ in -Dreprise.real and transforms in -Dreprise.fixtures");
    }
    assumeTrue(found, "needs photos/ in -Dreprise.real and transforms in -Dreprise.fixtures");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat_720p.jpg",
        "hot_dog.jpg",
        "owl.jpg",
        "pets.jpg",
        "resized_cat.png",
        "sunflower.bmp"
      })
  void decodesAndResizesAsPil(String name) throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Safetensors file = Fixtures.read("transforms.safetensors");
      String stem = name.substring(0, name.indexOf('.'));
      RgbImage image = ImageDecoder.decode(Files.readAllBytes(Path.of(REAL, "photos", name)), name);
      Map<String, String> metadata = file.metadata();
      String digest =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image.rgb()));
      assertThat(metadata.values().toString()).as(name).contains(digest);
      ImagePreparerTest.assertSame(
          name + " for padding",
          ImagePreparer.prepare(image, ImagePreparation.stretched(ImageSize.square(128))),
          ImagePreparerTest.image(file.get(stem + "_resize128")));
      ImagePreparerTest.assertSame(
          name + " for CLIP",
          ImagePreparer.prepare(image, ImagePreparation.centerCropped(224)),
          ImagePreparerTest.image(file.get(stem + "_clip224")));
    }
  }
}
