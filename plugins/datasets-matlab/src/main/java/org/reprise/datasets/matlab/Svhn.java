package org.reprise.datasets.matlab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ExpectedTree;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/** Street View House Numbers, cropped digits (Netzer et al., 2011). */
final class Svhn implements Dataset {
  private static final List<String> LABELS =
      IntStream.range(0, 10).mapToObj(String::valueOf).toList();

  private final ImageSize imageSize;
  private final Map<Split, SvhnSplit> splits;

  private Svhn(ImageSize imageSize, Map<Split, SvhnSplit> splits) {
    this.imageSize = imageSize;
    this.splits = splits;
  }

  static Svhn open(SvhnOptions options) {
    ExpectedTree tree = ExpectedTree.at(options.path(), "train_32x32.mat", "test_32x32.mat");
    Path train = tree.file("train_32x32.mat");
    Path test = tree.file("test_32x32.mat");
    return new Svhn(
        ImageSize.square(options.imageSize()),
        Map.of(Split.TRAIN, SvhnSplit.open(train), Split.TEST, SvhnSplit.open(test)));
  }

  @Override
  public List<String> labels() {
    return LABELS;
  }

  @Override
  public int size(Split split) {
    return splits.containsKey(split) ? splits.get(split).size() : 0;
  }

  @Override
  public ImageSize imageSize() {
    return imageSize;
  }

  @Override
  public EncodedSample read(Split split, int index) throws IOException {
    int checked = Objects.checkIndex(index, size(split));
    return splits.get(split).read(checked);
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
