package org.reprise.datasets.matlab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.DatasetContext;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.support.ExpectedTree;
import org.reprise.support.ShardedDataset;

/** Street View House Numbers, cropped digits (Netzer et al., 2011). */
final class Svhn {
  private static final List<String> LABELS =
      IntStream.range(0, 10).mapToObj(String::valueOf).toList();

  private Svhn() {}

  static Dataset open(SvhnOptions options, DatasetContext context) {
    ExpectedTree tree = ExpectedTree.at(options.path(), "train_32x32.mat", "test_32x32.mat");
    Path train = tree.file("train_32x32.mat");
    Path test = tree.file("test_32x32.mat");
    return ShardedDataset.open(
        context,
        Map.of(Split.TRAIN, List.of(train), Split.TEST, List.of(test)),
        SvhnSplit::open,
        () -> LABELS,
        ImageSize.square(options.imageSize()));
  }
}
