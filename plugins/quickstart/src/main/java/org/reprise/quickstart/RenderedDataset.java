package org.reprise.quickstart;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * A data set that draws each sample when it is read. Sample {@code i} of a split depends on the
 * data's seed, the split and {@code i} alone, and has the label {@code i} modulo the number of
 * labels: every split is balanced, and so are its first n samples.
 */
final class RenderedDataset implements Dataset {
  private final String name;
  private final SceneSource source;
  private final Map<Split, Integer> sizes;
  private final long dataSeed;
  private final ImageSize imageSize;
  private final List<String> labels;

  /**
   * Makes the data set.
   *
   * @param name what error messages call it
   * @param source composes the samples
   * @param train samples of {@link Split#TRAIN}
   * @param validation samples of {@link Split#VALIDATION}
   * @param test samples of {@link Split#TEST}
   * @param dataSeed selects the draw
   * @param imageSize size at which samples are drawn
   */
  RenderedDataset(
      String name,
      SceneSource source,
      int train,
      int validation,
      int test,
      long dataSeed,
      ImageSize imageSize) {
    this.name = name;
    this.source = source;
    this.sizes =
        new EnumMap<>(Map.of(Split.TRAIN, train, Split.VALIDATION, validation, Split.TEST, test));
    this.dataSeed = dataSeed;
    this.imageSize = imageSize;
    this.labels = source.labels();
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int size(Split split) {
    return sizes.get(split);
  }

  @Override
  public ImageSize imageSize() {
    return imageSize;
  }

  @Override
  public int label(Split split, int index) {
    return Objects.checkIndex(index, size(split)) % labels.size();
  }

  @Override
  public EncodedSample.Pixels read(Split split, int index) {
    Objects.checkIndex(index, size(split));
    LabelledScene sample = source.scene(dataSeed, stream(split), index);
    return new EncodedSample.Pixels(
        sample.scene().render(imageSize),
        imageSize,
        sample.label(),
        name + ", data-seed " + dataSeed + ", " + split.label() + " sample " + index);
  }

  /**
   * Returns the stream of random numbers of a split.
   *
   * @param split which part
   * @return a number that must never change: it is part of what the data are
   */
  static long stream(Split split) {
    return switch (split) {
      case TRAIN -> 1;
      case VALIDATION -> 2;
      case TEST -> 3;
    };
  }

  @Override
  public void close() {}
}
