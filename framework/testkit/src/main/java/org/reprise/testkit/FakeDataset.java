package org.reprise.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * A data set in memory: the samples of its training split, and no other split.
 *
 * @param labels names of the classes
 * @param samples in order; null for one that cannot be read
 */
public record FakeDataset(List<String> labels, List<EncodedSample> samples) implements Dataset {

  /** Random pixels of random sizes up to 12x12; the label of sample i is {@code labels[i]}. */
  public static FakeDataset random(Random random, int classes, int... labels) {
    List<EncodedSample> samples = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      ImageSize size = new ImageSize(1 + random.nextInt(12), 1 + random.nextInt(12));
      byte[] rgb = new byte[size.height() * size.width() * 3];
      random.nextBytes(rgb);
      samples.add(new EncodedSample.Pixels(rgb, size, labels[i], "fake record " + i));
    }
    return new FakeDataset(names(classes), samples);
  }

  /**
   * Recorded pixels as a data set.
   *
   * @param pixels {@code [N,3,H,W]} uint8
   * @param labels {@code [N]} int64
   */
  public static FakeDataset of(Tensor pixels, Tensor labels) {
    List<EncodedSample> samples = new ArrayList<>();
    ImageSize size = new ImageSize((int) pixels.size(2), (int) pixels.size(3));
    int classes = 0;
    try (PointerScope scope = new PointerScope()) {
      Tensor rows = pixels.permute(0, 2, 3, 1).contiguous();
      for (long i = 0; i < pixels.size(0); i++) {
        byte[] rgb = new byte[3 * size.height() * size.width()];
        new BytePointer(rows.select(0, i).data_ptr()).get(rgb);
        int label = (int) labels.select(0, i).item_long();
        classes = Math.max(classes, label + 1);
        samples.add(new EncodedSample.Pixels(rgb, size, label, "recorded picture " + i));
      }
    }
    return new FakeDataset(names(classes), samples);
  }

  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(i -> "class" + i).toList();
  }

  @Override
  public int size(Split split) {
    return split == Split.TRAIN ? samples.size() : 0;
  }

  @Override
  public ImageSize imageSize() {
    return ImageSize.square(8);
  }

  @Override
  public int label(Split split, int index) throws IOException {
    return read(split, index).label();
  }

  @Override
  public EncodedSample read(Split split, int index) throws IOException {
    if (samples.get(index) == null) {
      throw new IOException("fake record " + index + ": unreadable");
    }
    return samples.get(index);
  }

  @Override
  public void close() {}
}
