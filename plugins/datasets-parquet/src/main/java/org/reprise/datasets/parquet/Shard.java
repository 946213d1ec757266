package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.file.Path;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.EncodedSample;
import org.reprise.support.ShardedDataset;

/** One file: its images and its labels. */
final class Shard implements ShardedDataset.Shard {
  private final ParquetFile file;
  private final Features features;
  private final LabelColumn labels;
  private final ColumnReader images;
  private final ClassList classes;

  private Shard(ParquetFile file, ParquetOptions options, PageCache cache, ClassList classes)
      throws IOException {
    this.file = file;
    this.features = Features.of(file, options);
    this.labels = new LabelColumn(file, features.label(), cache);
    this.images = new ColumnReader(file, features.image(), cache);
    this.classes = classes;
  }

  static Shard open(Path path, ParquetOptions options, PageCache cache, ClassList classes)
      throws IOException {
    ParquetFile file = ParquetFile.open(path);
    try {
      return new Shard(file, options, cache, classes);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  Features features() {
    return features;
  }

  LabelColumn labels() {
    return labels;
  }

  @Override
  public int size() {
    return file.rows();
  }

  @Override
  public int label(int row) throws IOException {
    return labels.read(row, classes);
  }

  @Override
  public EncodedSample read(int row) throws IOException {
    String place = file.path() + ", row " + row;
    int label = label(row);
    byte[] image =
        images
            .bytes(row)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        place + ": no image bytes; a path alone is not followed"));
    return new EncodedSample.File(image, label, place);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
