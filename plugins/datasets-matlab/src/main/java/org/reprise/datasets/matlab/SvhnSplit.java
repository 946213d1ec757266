package org.reprise.datasets.matlab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.support.ShardedDataset;

/**
 * One file of SVHN's second format: {@code X} is 32x32x3xN bytes, rows running fastest, and {@code
 * y} has N labels in which 10 stands for the digit 0. Labels are read when opened; the images of a
 * file are one compressed stream, so they are inflated together when the first is asked for and
 * kept (225 MB for the training file).
 */
final class SvhnSplit implements ShardedDataset.Shard {
  private static final int SIDE = 32;
  private static final int IMAGE = SIDE * SIDE * 3;
  private static final int MOST_IMAGES = 150_000; // train has 73257
  private static final int BLOCK = 1024; // images; blocks keep a false count from costing memory

  private final MatFile file;
  private final MatArray images;
  private final byte[] labels;
  private List<byte[]> blocks;

  private SvhnSplit(MatFile file, MatArray images, byte[] labels) {
    this.file = file;
    this.images = images;
    this.labels = labels;
  }

  static SvhnSplit open(Path path) throws IOException {
    MatFile file = MatFile.open(path);
    List<MatArray> arrays = file.arrays();
    MatArray images = find(path, arrays, "X");
    if (images.shape().length != 4
        || !images.hasShape(SIDE, SIDE, 3, images.shape()[3])
        || images.storage() != MatArray.Storage.UINT8) {
      throw new InvalidInputException(
          path + ": X is " + images.description() + ", expected 32x32x3xN uint8");
    }
    int count = images.shape()[3];
    if (count < 1 || count > MOST_IMAGES) {
      throw new InvalidInputException(
          path + ": " + count + " images, expected 1 to " + MOST_IMAGES);
    }
    MatArray digits = find(path, arrays, "y");
    if (digits.values() != count) {
      throw new InvalidInputException(
          path + ": X has " + count + " images, but y is " + digits.description());
    }
    SvhnSplit split = new SvhnSplit(file, images, labels(path, file.numbers(digits)));
    file.charge(images, (long) count * IMAGE); // now, as every image is read with all others
    return split;
  }

  private static MatArray find(Path path, List<MatArray> arrays, String name) {
    return arrays.stream()
        .filter(array -> array.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    String.format(
                        "%s: no numeric variable \"%s\", found %s",
                        path,
                        name,
                        arrays.isEmpty()
                            ? "none"
                            : arrays.stream()
                                .limit(8)
                                .map(MatArray::name)
                                .collect(Collectors.joining(", ")))));
  }

  private static byte[] labels(Path path, double[] numbers) {
    byte[] labels = new byte[numbers.length];
    int zero = -1;
    int ten = -1;
    for (int i = 0; i < labels.length; i++) {
      double number = numbers[i];
      if (!(number >= 0 && number <= 10) || number != Math.rint(number)) {
        throw new InvalidInputException(
            path + ", image " + i + ": label " + number + ", expected 1 to 10 (10 is the digit 0)");
      }
      zero = number == 0 ? i : zero;
      ten = number == 10 ? i : ten;
      labels[i] = (byte) (number == 10 ? 0 : number);
    }
    if (zero >= 0 && ten >= 0) {
      throw new InvalidInputException(
          String.format(
              "%s: image %d has label 0 and image %d label 10; the digit 0 is written as 10, or as"
                  + " 0 in a file that has no 10, so one of the two is not the digit 0",
              path, zero, ten));
    }
    return labels;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public EncodedSample read(int index) throws IOException {
    byte[] block = blocks().get(index / BLOCK);
    int start = index % BLOCK * IMAGE;
    byte[] rgb = new byte[IMAGE];
    for (int channel = 0; channel < 3; channel++) {
      for (int column = 0; column < SIDE; column++) {
        int from = start + SIDE * (SIDE * channel + column);
        for (int row = 0; row < SIDE; row++) {
          rgb[3 * (SIDE * row + column) + channel] = block[from + row];
        }
      }
    }
    return new EncodedSample.Pixels(
        rgb, ImageSize.square(SIDE), labels[index], file.path() + ", image " + index);
  }

  private synchronized List<byte[]> blocks() throws IOException {
    if (blocks == null) {
      List<byte[]> read = new ArrayList<>();
      try (MatInput input = file.values(images)) {
        for (int first = 0; first < labels.length; first += BLOCK) {
          byte[] block = new byte[Math.min(BLOCK, labels.length - first) * IMAGE];
          input.read(block, 0, block.length);
          read.add(block);
        }
      } catch (IOException e) {
        throw new InvalidInputException(
            String.format(
                "%s: element at offset %d, images %d to %d of %d: %s",
                file.path(),
                images.offset(),
                read.size() * BLOCK,
                Math.min(labels.length, (read.size() + 1) * BLOCK) - 1,
                labels.length,
                e.getMessage()),
            e);
      }
      blocks = read;
    }
    return blocks;
  }
}
