package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.reprise.api.InvalidInputException;
import org.reprise.api.NameFile;
import org.reprise.api.data.ClassNames;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/** Images and labels in Parquet files, one or several for each split. */
final class ParquetDataset implements Dataset {
  private final ImageSize imageSize;
  private final Map<Split, List<Shard>> shards = new EnumMap<>(Split.class);
  private List<String> labels = List.of();

  private ParquetDataset(ImageSize imageSize) {
    this.imageSize = imageSize;
  }

  static ParquetDataset open(ParquetOptions options) {
    Map<Split, List<Path>> files = Shards.find(options.path());
    ParquetDataset dataset = new ParquetDataset(ImageSize.square(options.imageSize()));
    try {
      files.forEach((split, paths) -> dataset.open(split, paths, options));
      dataset.labels = ClassNames.shown(dataset.names(options));
      return dataset;
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  private void open(Split split, List<Path> paths, ParquetOptions options) {
    List<Shard> opened = new ArrayList<>();
    shards.put(split, opened);
    long rows = 0;
    for (Path path : paths) {
      Shard shard = Shard.open(path, options);
      opened.add(shard);
      rows += shard.rows();
    }
    if (rows == 0 || rows > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          paths.get(0) + ": " + rows + " rows in the files of the " + split.label() + " split");
    }
  }

  private List<String> names(ParquetOptions options) {
    if (options.labels().isPresent()) {
      return names(options.labels().get());
    }
    Shard first = shards.get(Split.TRAIN).get(0);
    List<String> names = first.names();
    if (names.isEmpty()) {
      throw new InvalidInputException(
          first.path()
              + ": the schema brings no class names (metadata \"huggingface\"); name a text file"
              + " with one a line by the option \"labels\"");
    }
    for (List<Shard> split : shards.values()) {
      for (Shard shard : split) {
        if (!shard.names().isEmpty() && !shard.names().equals(names)) {
          throw new InvalidInputException(
              shard.path() + ": other class names than in " + first.path());
        }
      }
    }
    return names;
  }

  private static List<String> names(Path file) {
    List<String> names = NameFile.read("", file);
    if (names.isEmpty()) {
      throw new InvalidInputException(file + ": no class names, expected one a line");
    }
    return names;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int size(Split split) {
    return shards.getOrDefault(split, List.of()).stream().mapToInt(Shard::rows).sum();
  }

  @Override
  public ImageSize imageSize() {
    return imageSize;
  }

  @Override
  public EncodedSample read(Split split, int index) throws IOException {
    int row = Objects.checkIndex(index, size(split));
    for (Shard shard : shards.get(split)) {
      if (row < shard.rows()) {
        return shard.read(row, labels.size());
      }
      row -= shard.rows();
    }
    throw new AssertionError("index " + index + " was checked");
  }

  @Override
  public void close() {
    shards.values().forEach(split -> split.forEach(Shard::close));
  }
}
