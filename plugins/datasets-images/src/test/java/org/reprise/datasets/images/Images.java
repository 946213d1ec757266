package org.reprise.datasets.images;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Small image folders for tests. */
final class Images {
  private Images() {}

  static Path write(Path file, int color) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_3BYTE_BGR);
    image.setRGB(1, 1, color);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  /** Writes {@code count} images into the class folders of one split. */
  static void split(Path split, int count, String... classes) throws IOException {
    for (String name : classes) {
      for (int i = 0; i < count; i++) {
        write(split.resolve(name).resolve(i + ".png"), name.hashCode() + i);
      }
    }
  }
}
