package org.reprise.engine.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.engine.image.ImageDecoder;
import org.reprise.engine.store.LoadProgress;
import org.reprise.engine.store.ParallelLoop;
import org.reprise.engine.store.SampleReader;

/**
 * What a data set holds.
 *
 * @param labels class names
 * @param splits those that are not empty
 */
public record DataInspection(List<String> labels, List<SplitContent> splits) {

  /**
   * What a split holds.
   *
   * @param split which part
   * @param perClass samples of each class
   * @param smallest image, by area
   * @param median image, by area
   * @param largest image, by area
   */
  public record SplitContent(
      Split split,
      List<Integer> perClass,
      ImageSize smallest,
      ImageSize median,
      ImageSize largest) {

    /** Returns the number of samples. */
    public int samples() {
      return perClass.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * Reads every sample, of images only what their headers say.
   *
   * @param dataset borrowed
   * @param progress hears how it goes on
   * @return what is there
   * @throws IOException if a sample cannot be read
   */
  public static DataInspection of(Dataset dataset, LoadProgress progress) throws IOException {
    List<SplitContent> splits = new ArrayList<>();
    for (Split split : Split.values()) {
      if (dataset.size(split) > 0) {
        splits.add(content(dataset, split, progress));
      }
    }
    return new DataInspection(List.copyOf(dataset.labels()), List.copyOf(splits));
  }

  private static SplitContent content(Dataset dataset, Split split, LoadProgress progress)
      throws IOException {
    int samples = dataset.size(split);
    int[] labels = new int[samples];
    ImageSize[] sizes = new ImageSize[samples];
    ParallelLoop.run(
        samples,
        i -> {
          EncodedSample sample = dataset.read(split, i);
          labels[i] = SampleReader.label(dataset, sample);
          sizes[i] =
              sample instanceof EncodedSample.File file
                  ? ImageDecoder.size(file.bytes(), file.place())
                  : ((EncodedSample.Pixels) sample).size();
        },
        progress);
    Integer[] perClass = new Integer[dataset.labels().size()];
    java.util.Arrays.fill(perClass, 0);
    for (int label : labels) {
      perClass[label]++;
    }
    List<ImageSize> sorted = new ArrayList<>(List.of(sizes));
    sorted.sort(
        Comparator.comparingLong((ImageSize size) -> (long) size.height() * size.width())
            .thenComparing(ImageSize::height));
    return new SplitContent(
        split, List.of(perClass), sorted.get(0), sorted.get(samples / 2), sorted.get(samples - 1));
  }
}
