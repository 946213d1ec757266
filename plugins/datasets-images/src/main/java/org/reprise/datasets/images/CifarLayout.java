package org.reprise.datasets.images;

import java.util.List;
import java.util.stream.Stream;

/**
 * How the Python versions of the two CIFAR data sets are laid out (Krizhevsky, 2009).
 *
 * @param folder the folder that the authors' archive unpacks to
 * @param train files of the training split, in order
 * @param test file of the test split
 * @param meta file with the class names
 * @param labelsKey key of the labels in a batch
 * @param namesKey key of the class names in the meta file
 * @param classes number of classes
 */
record CifarLayout(
    String folder,
    List<String> train,
    String test,
    String meta,
    String labelsKey,
    String namesKey,
    int classes) {

  static final CifarLayout CIFAR10 =
      new CifarLayout(
          "cifar-10-batches-py",
          Stream.of(1, 2, 3, 4, 5).map(i -> "data_batch_" + i).toList(),
          "test_batch",
          "batches.meta",
          "labels",
          "label_names",
          10);

  static final CifarLayout CIFAR100 =
      new CifarLayout(
          "cifar-100-python",
          List.of("train"),
          "test",
          "meta",
          "fine_labels",
          "fine_label_names",
          100);

  /** The tree for error messages. */
  String[] tree() {
    return Stream.of(
            Stream.of(folder + "/  (or these files directly)"),
            train.stream().map(file -> "  " + file),
            Stream.of("  " + test, "  " + meta))
        .flatMap(lines -> lines)
        .toArray(String[]::new);
  }
}
