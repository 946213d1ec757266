package org.reprise.backbones.torchvision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

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
}
