package org.reprise.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.reprise.api.ExtensionContext;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * A data set that is read from files with many samples each, one or several for each split. A
 * {@link Shard} knows its format; which shard holds a sample, and what becomes of the open files,
 * is done here.
 */
public final class ShardedDataset implements Dataset {
  private final ImageSize imageSize;
  private final Map<Split, List<Shard>> shards = new EnumMap<>(Split.class);
  private List<String> labels = List.of();

  private ShardedDataset(ImageSize imageSize) {
    this.imageSize = imageSize;
  }

  /** The samples of one file. Thread-safe. */
  public interface Shard extends AutoCloseable {

    /**
     * Returns the number of samples.
     *
     * @return how many, always the same
     */
    int size();

    /**
     * Returns a sample's label, without its image as far as the format allows.
     *
     * @param index in [0, {@link #size}), which was checked
     * @return as {@link Dataset#label}
     * @throws IOException as {@link Dataset#label}
     */
    int label(int index) throws IOException;

    /**
     * Reads one sample.
     *
     * @param index in [0, {@link #size}), which was checked
     * @return as {@link Dataset#read}
     * @throws IOException as {@link Dataset#read}
     */
    EncodedSample read(int index) throws IOException;

    /** Closes what it keeps open; here nothing. May be called twice. */
    @Override
    default void close() throws IOException {}
  }

  /** Opens a file. */
  @FunctionalInterface
  public interface Opener {

    /**
     * Opens a file.
     *
     * @param file one of those that were asked for
     * @return its samples
     * @throws IOException if it cannot be read; a message that lacks the file's name gets it
     */
    Shard open(Path file) throws IOException;
  }

  /**
   * Opens files and declares each of them as an input; if one cannot be opened, those before it are
   * closed again.
   *
   * @param context gets the inputs
   * @param files of each split, in the order of their samples; the splits are opened in the order
   *     of {@link Split}
   * @param opener opens one file
   * @param labels the class names, asked for when all files are open
   * @param imageSize as {@link Dataset#imageSize}
   * @return the data set
   * @throws InvalidInputException if a file cannot be opened, or a split that is named has no
   *     sample
   */
  public static ShardedDataset open(
      ExtensionContext context,
      Map<Split, List<Path>> files,
      Opener opener,
      Supplier<List<String>> labels,
      ImageSize imageSize) {
    ShardedDataset dataset = new ShardedDataset(imageSize);
    try {
      new EnumMap<>(files).forEach((split, paths) -> dataset.open(context, split, paths, opener));
      dataset.labels = List.copyOf(labels.get());
      return dataset;
    } catch (RuntimeException | Error e) {
      dataset.closeAfter(e);
      throw e;
    }
  }

  private void open(ExtensionContext context, Split split, List<Path> paths, Opener opener) {
    List<Shard> opened = shards.computeIfAbsent(split, key -> new ArrayList<>());
    long samples = 0;
    for (Path path : paths) {
      try {
        Shard shard = opener.open(path);
        opened.add(shard);
        samples += shard.size();
        context.input(path);
      } catch (IOException e) {
        String message = String.valueOf(e.getMessage());
        throw new InvalidInputException(
            message.contains(path.toString()) ? message : path + ": cannot be read: " + message, e);
      }
    }
    if (samples == 0 || samples > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          paths.get(0)
              + ": "
              + samples
              + " samples in the files of the "
              + split.label()
              + " split");
    }
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int size(Split split) {
    return shards.getOrDefault(split, List.of()).stream().mapToInt(Shard::size).sum();
  }

  @Override
  public ImageSize imageSize() {
    return imageSize;
  }

  @Override
  public int label(Split split, int index) throws IOException {
    return at(split, index, Shard::label);
  }

  @Override
  public EncodedSample read(Split split, int index) throws IOException {
    return at(split, index, Shard::read);
  }

  @FunctionalInterface
  private interface Access<T> {
    T of(Shard shard, int index) throws IOException;
  }

  private <T> T at(Split split, int index, Access<T> access) throws IOException {
    int left = Objects.checkIndex(index, size(split));
    for (Shard shard : shards.get(split)) {
      if (left < shard.size()) {
        return access.of(shard, left);
      }
      left -= shard.size();
    }
    throw new AssertionError("index " + index + " was checked");
  }

  /** Closes all files, also where one of them fails. */
  @Override
  public void close() {
    UncheckedIOException failure = null;
    for (List<Shard> opened : shards.values()) {
      for (Shard shard : opened) {
        try {
          shard.close();
        } catch (IOException e) {
          failure = failure == null ? new UncheckedIOException(e) : failure;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void closeAfter(Throwable cause) {
    try {
      close();
    } catch (UncheckedIOException e) {
      cause.addSuppressed(e);
    }
  }
}
