package org.reprise.datasets.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.reprise.api.InvalidInputException;
import org.reprise.api.NameFile;
import org.reprise.api.data.ClassNames;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ExpectedTree;
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
  private static final String[] TREE = {
    "data_batch_1.bin ... data_batch_5.bin  (or train.bin)",
    "test_batch.bin                         (or test.bin)",
    "batches.meta.txt                       (class names, optional)"
  };

  private final List<String> labels;
  private final ImageSize imageSize;
  private final Map<Split, List<RecordFile>> files;

  private CifarBinary(
      List<String> labels, ImageSize imageSize, Map<Split, List<RecordFile>> files) {
    this.labels = labels;
    this.imageSize = imageSize;
    this.files = files;
  }

  static CifarBinary open(SmallImageOptions options) {
    Path unpacked = options.path().resolve("cifar-10-batches-bin");
    Path root = Files.isDirectory(unpacked) ? unpacked : options.path();
    ExpectedTree tree = ExpectedTree.at(root, TREE);
    List<Path> train = files(tree, List.of("train.bin"), BATCHES);
    List<Path> test = files(tree, List.of("test.bin"), List.of("test_batch.bin"));
    List<String> labels = ClassNames.shown(names(root.resolve(NAMES_FILE)));
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
  private static List<Path> files(ExpectedTree tree, List<String> own, List<String> official) {
    boolean hasOwn = own.stream().anyMatch(name -> Files.exists(tree.root().resolve(name)));
    boolean hasOfficial =
        official.stream().anyMatch(name -> Files.exists(tree.root().resolve(name)));
    if (hasOwn && hasOfficial) {
      throw tree.mismatch("holds both " + own.get(0) + " and " + official.get(0));
    }
    return (hasOfficial ? official : own).stream().map(tree::file).toList();
  }

  private static List<String> names(Path file) {
    if (!Files.exists(file)) {
      return NAMES;
    }
    List<String> names = NameFile.read("", file);
    if (names.size() != RecordFile.CLASSES || Set.copyOf(names).size() != names.size()) {
      throw new InvalidInputException(
          file + ": " + names.size() + " class names, expected 10 different ones, one a line");
    }
    return names;
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
