package org.reprise.datasets.images;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Copies of the files in the test resources, which tests may change. */
final class Resources {
  private Resources() {}

  static void copy(String name, Path target) throws IOException {
    try {
      Path source = Path.of(Resources.class.getResource("/" + name).toURI());
      List<Path> files;
      try (Stream<Path> walk = Files.walk(source)) {
        files = walk.filter(Files::isRegularFile).toList();
      }
      for (Path file : files) {
        Path copy = target.resolve(name).resolve(source.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.write(copy, Files.readAllBytes(file));
      }
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
