package org.reprise.datasets.images;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How the binary versions of the two CIFAR data sets are laid out (Krizhevsky, 2009): records of
 * label bytes, the last of which counts, and pixels.
 *
 * @param title of the data set, for messages
 * @param folder the folder that the authors' archive unpacks to
 * @param batches the authors' files of the training split, in order; where there are none, {@code
 *     train.bin} alone
 * @param test the authors' file of the test split
 * @param namesFile text file with the class names
 * @param names class names where that file is missing; none where it must be there
 * @param labelBytes of a record
 * @param classes number of classes
 * @param tree for error messages
 */
record CifarRecords(
    String title,
    String folder,
    List<String> batches,
    String test,
    String namesFile,
    List<String> names,
    int labelBytes,
    int classes,
    List<String> tree) {

  static final CifarRecords CIFAR10 =
      new CifarRecords(
          "CIFAR-10",
          "cifar-10-batches-bin",
          IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList(),
          "test_batch.bin",
          "batches.meta.txt",
          List.of(
              "airplane",
              "automobile",
              "bird",
              "cat",
              "deer",
              "dog",
              "frog",
              "horse",
              "ship",
              "truck"),
          1,
          10,
          List.of(
              "data_batch_1.bin ... data_batch_5.bin  (or train.bin)",
              "test_batch.bin                         (or test.bin)",
              "batches.meta.txt                       (class names, optional)"));

  /** A coarse label stands before the fine one. */
  static final CifarRecords CIFAR100 =
      new CifarRecords(
          "CIFAR-100",
          "cifar-100-binary",
          List.of("train.bin"),
          "test.bin",
          "fine_label_names.txt",
          List.of(),
          2,
          100,
          List.of("train.bin", "test.bin", "fine_label_names.txt"));

  /** Bytes of a record. */
  int bytes() {
    return labelBytes + CifarPixels.BYTES;
  }
}
