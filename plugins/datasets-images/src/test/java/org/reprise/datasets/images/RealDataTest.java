package org.reprise.datasets.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.Split;
import org.reprise.testkit.FakeDatasetContext;

/** Real CIFAR-10 pictures, as records and as the files they were made from. */
class RealDataTest {
  private static final Path REAL = Path.of(System.getProperty("reprise.real", "absent"));

  @BeforeEach
  void needsFiles() {
    boolean found =
        Files.isDirectory(REAL.resolve("cifar10"))
            && Files.isDirectory(REAL.resolve("cifar10_folder"));
    if (!found) {
      System.out.println("skipped: needs -Dreprise.real=DIR with cifar10/ and cifar10_folder/");
    }
    assumeTrue(found, "needs -Dreprise.real=DIR with cifar10/ and cifar10_folder/");
  }

  @Test
  void recordsAndFilesHoldTheSamePictures() throws Exception {
    try (Dataset records =
            new Cifar10BinaryFactory()
                .create(
                    new SmallImageOptions(REAL.resolve("cifar10"), 32), new FakeDatasetContext());
        Dataset files =
            new ImageFolderFactory()
                .create(
                    new ImageFolderOptions(
                        REAL.resolve("cifar10_folder"), 32, java.util.Optional.empty()),
                    new FakeDatasetContext())) {
      assertThat(records.size(Split.TRAIN)).isEqualTo(5000);
      assertThat(records.size(Split.TEST)).isEqualTo(2000);
      assertThat(files.size(Split.TRAIN)).isEqualTo(300);
      assertThat(files.size(Split.TEST)).isEqualTo(100);
      assertThat(files.labels()).isEqualTo(records.labels());
      for (int i = 0; i < 300; i++) {
        // Record r is picture r / 10 of class r % 10; the folder goes class by class.
        EncodedSample.File file =
            (EncodedSample.File) files.read(Split.TRAIN, i % 10 * 30 + i / 10);
        EncodedSample.Pixels record = (EncodedSample.Pixels) records.read(Split.TRAIN, i);
        assertThat(file.label()).isEqualTo(record.label());
        var image = ImageIO.read(new java.io.ByteArrayInputStream(file.bytes()));
        for (int p = 0; p < 1024; p++) {
          byte[] rgb = record.rgb();
          int color =
              (rgb[3 * p] & 0xff) << 16 | (rgb[3 * p + 1] & 0xff) << 8 | (rgb[3 * p + 2] & 0xff);
          assertThat(image.getRGB(p % 32, p / 32) & 0xffffff).as(file.place()).isEqualTo(color);
        }
      }
    }
  }
}
