package org.reprise.engine.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
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
   * @param samples how many, broken ones included
   * @param perClass samples of each class whose header and label can be read
   * @param sizes of these; nothing where there are none
   * @param broken why each other sample cannot be read, in order
   */
  public record SplitContent(
      Split split,
      int samples,
      List<Integer> perClass,
      Optional<Sizes> sizes,
      List<String> broken) {}

  /**
   * Sizes of images, by area.
   *
   * @param smallest one
   * @param median one
   * @param largest one
   */
  public record Sizes(ImageSize smallest, ImageSize median, ImageSize largest) {

    private static Optional<Sizes> of(List<ImageSize> sizes) {
      if (sizes.isEmpty()) {
        return Optional.empty();
      }
      List<ImageSize> sorted = new ArrayList<>(sizes);
      sorted.sort(
          Comparator.comparingLong((ImageSize size) -> (long) size.height() * size.width())
              .thenComparing(ImageSize::height));
      int count = sorted.size();
      return Optional.of(new Sizes(sorted.get(0), sorted.get(count / 2), sorted.get(count - 1)));
    }
  }

  /**
   * Reads every sample, of images only what their headers say.
   *
   * @param dataset borrowed
   * @param progress is told how much is done
   * @return what is there
   * @throws IOException never for a sample; those that cannot be read are counted
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
    String[] problems = new String[samples];
    ParallelLoop.run(
        samples,
        i -> {
          try {
            EncodedSample sample = dataset.read(split, i);
            labels[i] = SampleReader.label(dataset, sample);
            sizes[i] =
                sample instanceof EncodedSample.File file
                    ? ImageDecoder.size(file.bytes(), file.place())
                    : ((EncodedSample.Pixels) sample).size();
          } catch (IOException | InvalidInputException e) {
            problems[i] = e.getMessage();
          }
        },
        progress);
    Integer[] perClass = new Integer[dataset.labels().size()];
    Arrays.fill(perClass, 0);
    for (int i = 0; i < samples; i++) {
      if (problems[i] == null) {
        perClass[labels[i]]++;
      }
    }
    return new SplitContent(
        split,
        samples,
        List.of(perClass),
        Sizes.of(Arrays.stream(sizes).filter(Objects::nonNull).toList()),
        Arrays.stream(problems).filter(Objects::nonNull).toList());
  }
}
