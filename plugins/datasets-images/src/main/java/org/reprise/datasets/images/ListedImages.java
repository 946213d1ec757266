package org.reprise.datasets.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * Image files listed once, when opened, and read when asked for; nothing is kept open.
 *
 * @param labels class names
 * @param imageSize stored size
 * @param items the files of each split, in order
 */
record ListedImages(List<String> labels, ImageSize imageSize, Map<Split, List<Item>> items)
    implements Dataset {

  /**
   * One image.
   *
   * @param file its file
   * @param label its class
   */
  record Item(Path file, int label) {}

  @Override
  public int size(Split split) {
    return items.getOrDefault(split, List.of()).size();
  }

  @Override
  public int label(Split split, int index) {
    return items.getOrDefault(split, List.of()).get(index).label();
  }

  @Override
  public EncodedSample read(Split split, int index) throws IOException {
    Item item = items.getOrDefault(split, List.of()).get(index);
    try {
      return new EncodedSample.File(
          Files.readAllBytes(item.file()), item.label(), item.file().toString());
    } catch (NoSuchFileException e) {
      throw new IOException(item.file() + ": cannot be read: there is no such file", e);
    } catch (IOException e) {
      throw new IOException(item.file() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
