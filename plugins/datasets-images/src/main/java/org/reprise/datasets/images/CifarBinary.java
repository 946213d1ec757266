package org.reprise.datasets.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * CIFAR-10's binary version (Krizhevsky, 2009): the official files, or one file for each split in
 * the same format.
 */
final class CifarBinary implements Dataset {
  private static final String NAMES_FILE = "batches.meta.txt";
  private static final List<String> NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
  private static final List<String> BATCHES =
      IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList();
  private static final String EXPECTED =
      "train.bin and test.bin, or data_batch_1.bin to data_batch_5.bin and test_batch.bin";

  private final List<String> labels;
  private final ImageSize imageSize;
  private final Map<Split, List<RecordFile>> files;

  private CifarBinary(
      List<String> labels, ImageSize imageSize, Map<Split, List<RecordFile>> files) {
    this.labels = labels;
    this.imageSize = imageSize;
    this.files = files;
  }

  static CifarBinary open(CifarOptions options) {
    Path root = options.path();
    Folders.require(root, EXPECTED);
    List<Path> train = files(root, List.of("train.bin"), BATCHES);
    List<Path> test = files(root, List.of("test.bin"), List.of("test_batch.bin"));
    List<String> labels = names(root.resolve(NAMES_FILE));
    Map<Split, List<RecordFile>> files = new EnumMap<>(Split.class);
    CifarBinary dataset = new CifarBinary(labels, ImageSize.square(options.imageSize()), files);
    try {
      dataset.openAll(Split.TRAIN, train);
      dataset.openAll(Split.TEST, test);
      return dataset;
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  private void openAll(Split split, List<Path> paths) {
    List<RecordFile> opened = files.computeIfAbsent(split, key -> new ArrayList<>());
    for (Path path : paths) {
      try {
        opened.add(new RecordFile(path));
      } catch (IOException e) {
        throw new InvalidInputException(path + ": cannot be opened: " + e.getMessage(), e);
      }
    }
  }

  /** Chooses between the two ways to name the files of a split. */
  private static List<Path> files(Path root, List<String> own, List<String> official) {
    boolean hasOwn = own.stream().anyMatch(name -> Files.exists(root.resolve(name)));
    boolean hasOfficial = official.stream().anyMatch(name -> Files.exists(root.resolve(name)));
    if (hasOwn && hasOfficial) {
      throw new InvalidInputException(
          String.format(
              "%s: holds both %s and %s; expected either %s",
              root, own.get(0), official.get(0), EXPECTED));
    }
    for (String name : hasOfficial ? official : own) {
      if (!Files.isRegularFile(root.resolve(name))) {
        throw new InvalidInputException(
            String.format("%s: no file %s; expected %s%s", root, name, EXPECTED, hint(root, name)));
      }
    }
    return (hasOfficial ? official : own).stream().map(root::resolve).toList();
  }

  private static String hint(Path root, String name) {
    Path unpacked = root.resolve("cifar-10-batches-bin");
    if (Files.isDirectory(unpacked)) {
      return "; did you mean \"" + unpacked + "\"?";
    }
    List<String> others = new ArrayList<>(Nearest.namesIn(root));
    others.removeAll(BATCHES);
    return Nearest.hint(name, others);
  }

  private static List<String> names(Path file) {
    if (!Files.exists(file)) {
      return NAMES;
    }
    try {
      List<String> names =
          Files.readAllLines(file).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
      if (new LinkedHashSet<>(names).size() != RecordFile.CLASSES
          || names.size() != RecordFile.CLASSES) {
        throw new InvalidInputException(
            file + ": " + names.size() + " class names, expected 10 different ones, one a line");
      }
      return names;
    } catch (IOException e) {
      throw new InvalidInputException(file + ": cannot be read as text: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int size(Split split) {
    return files.getOrDefault(split, List.of()).stream().mapToInt(RecordFile::records).sum();
  }

  @Override
  public ImageSize imageSize() {
    return imageSize;
  }

  @Override
  public EncodedSample read(Split split, int index) throws IOException {
    int record = Objects.checkIndex(index, size(split));
    for (RecordFile file : files.get(split)) {
      if (record < file.records()) {
        return file.read(record);
      }
      record -= file.records();
    }
    throw new AssertionError("index " + index + " was checked");
  }

  @Override
  public void close() {
    for (List<RecordFile> opened : files.values()) {
      for (RecordFile file : opened) {
        try {
          file.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
