package org.reprise.backbones.torchvision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.reprise.api.InvalidInputException;

/** Names of source labels. */
final class SourceLabels {
  private SourceLabels() {}

  /** The numbers from 0, where no names are known. */
  static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /** The 1000 classes of ImageNet-1k in the order of its networks' outputs. */
  static List<String> imagenet() {
    try (InputStream stream = SourceLabels.class.getResourceAsStream("imagenet1k.txt")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file with a name on each line.
   *
   * @param file UTF-8; empty lines do not count
   * @throws InvalidInputException if it cannot be read
   */
  static List<String> read(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("backbone.labels: " + file + ": not UTF-8 text", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "backbone.labels: "
              + file
              + (Files.exists(file) ? ": cannot be read: " + e.getMessage() : ": no such file"),
          e);
    }
  }
}
