package org.reprise.engine.data;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/** A data set in memory: the samples of its training split, and no other split. */
record FakeDataset(List<String> labels, List<EncodedSample> samples) implements Dataset {

  /** Random pixels of random sizes up to 12x12; the label of sample i is {@code labels[i]}. */
  static FakeDataset random(Random random, int classes, int... labels) {
    List<EncodedSample> samples = new java.util.ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      ImageSize size = new ImageSize(1 + random.nextInt(12), 1 + random.nextInt(12));
      byte[] rgb = new byte[size.height() * size.width() * 3];
      random.nextBytes(rgb);
      samples.add(new EncodedSample.Pixels(rgb, size, labels[i], "fake record " + i));
    }
    List<String> names =
        java.util.stream.IntStream.range(0, classes).mapToObj(i -> "class" + i).toList();
    return new FakeDataset(names, samples);
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
  public EncodedSample read(Split split, int index) throws IOException {
    if (samples.get(index) == null) {
      throw new IOException("fake record " + index + ": unreadable");
    }
    return samples.get(index);
  }

  @Override
  public void close() {}
}
