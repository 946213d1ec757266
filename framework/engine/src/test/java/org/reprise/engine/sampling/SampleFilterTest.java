package org.reprise.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.engine.sampling.SampleFilter.Limit;
import org.reprise.testkit.FakeDataset;

class SampleFilterTest {
  private static final Optional<Integer> NONE = Optional.empty();

  private final FakeDataset data =
      FakeDataset.random(new Random(1), 3, 0, 1, 2, 2, 1, 0, 2, 2, 2, 1);

  private static SampleFilter limit(Optional<Integer> train, boolean perClass) {
    return new SampleFilter(Optional.of(new Limit(train, NONE, NONE, perClass)), NONE);
  }

  private static SampleFilter shots(int shots) {
    return new SampleFilter(Optional.empty(), Optional.of(shots));
  }

  @Test
  void takesEverythingOrTheFirstInFileOrder() throws Exception {
    assertThat(SampleFilter.NONE.select(data, Split.TRAIN, 0)).isEqualTo(BatchOrder.identity(10));
    assertThat(SampleFilter.NONE.select(data, Split.TEST, 0)).isEmpty();
    assertThat(limit(Optional.of(4), false).select(data, Split.TRAIN, 9))
        .containsExactly(0, 1, 2, 3);
    assertThat(limit(Optional.of(40), false).select(data, Split.TRAIN, 9)).hasSize(10);
    assertThat(limit(NONE, true).select(data, Split.TRAIN, 9)).hasSize(10);
  }

  @Test
  void perClassTakesUpToSoManyOfEachBySeed() throws Exception {
    int[] chosen = limit(Optional.of(3), true).select(data, Split.TRAIN, 5);
    assertThat(chosen).isSorted().doesNotHaveDuplicates();
    assertThat(countsOf(chosen)).containsExactly(2, 3, 3);
    assertThat(limit(Optional.of(3), true).select(data, Split.TRAIN, 5)).isEqualTo(chosen);
    assertThat(
            IntStream.range(0, 20)
                .mapToObj(
                    seed -> {
                      try {
                        return Arrays.toString(
                            limit(Optional.of(1), true).select(data, Split.TRAIN, seed));
                      } catch (java.io.IOException e) {
                        throw new AssertionError(e);
                      }
                    })
                .distinct()
                .count())
        .isGreaterThan(3);
  }

  @Test
  void shotsAreExactAndOnlyForTraining() throws Exception {
    int[] chosen = shots(2).select(data, Split.TRAIN, 5);
    assertThat(countsOf(chosen)).containsExactly(2, 2, 2);
    assertThat(shots(2).select(data, Split.TEST, 5)).isEmpty();
    assertThatThrownBy(() -> shots(3).select(data, Split.TRAIN, 5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("shots: 3, but class \"class0\" has only 2 sample(s) in the train split");
    FakeDataset absent = FakeDataset.random(new Random(2), 2, 0, 0);
    assertThatThrownBy(() -> shots(1).select(absent, Split.TRAIN, 5))
        .hasMessage("shots: 1, but class \"class1\" has only 0 sample(s) in the train split");
  }

  @Test
  void refusesNumbersBelowOneAndTwoChoicesOfTheTrainingSamples() {
    assertThatThrownBy(() -> shots(0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("must be 1 or more, found 0");
    assertThatThrownBy(() -> limit(Optional.of(-3), false))
        .isInstanceOfSatisfying(
            InvalidOptionException.class, e -> assertThat(e.option()).isEqualTo("train"));
    assertThatThrownBy(
            () ->
                new SampleFilter(
                    Optional.of(new Limit(Optional.of(5), NONE, NONE, false)), Optional.of(1)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("limit.train");
  }

  @Test
  void choosesByClassWithoutReadingAnImage() throws Exception {
    int[] labels = {0, 1, 2, 2, 1, 0, 2, 2, 2, 1};
    int[] asked = new int[labels.length];
    LabelsOnly unread = new LabelsOnly(labels, asked, labels.length);
    assertThat(shots(2).select(unread, Split.TRAIN, 5))
        .isEqualTo(shots(2).select(data, Split.TRAIN, 5));
    assertThat(limit(Optional.of(3), true).select(unread, Split.TRAIN, 8))
        .isEqualTo(limit(Optional.of(3), true).select(data, Split.TRAIN, 8));
    assertThat(asked).containsOnly(2);
    assertThat(limit(Optional.of(4), false).select(unread, Split.TRAIN, 8)).hasSize(4);
    assertThat(asked).containsOnly(2);
  }

  @Test
  void aLabelOutOfRangeIsNamed() {
    for (int label : new int[] {-1, 3}) {
      LabelsOnly wrong = new LabelsOnly(new int[] {0, 1, label}, new int[3], 3);
      assertThatThrownBy(() -> shots(1).select(wrong, Split.TRAIN, 5))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "train sample 2: label %d, expected 0 to 2 (the data set has 3 classes)", label);
    }
  }

  @Test
  void aSplitThatCannotBeListedIsRefusedUnlessFewOfItAreWanted() throws Exception {
    Dataset endless = new LabelsOnly(new int[0], new int[0], Integer.MAX_VALUE);
    assumeThat(Runtime.getRuntime().maxMemory()).as("heap").isLessThan(16L * Integer.MAX_VALUE);
    for (SampleFilter filter : List.of(SampleFilter.NONE, shots(1), limit(Optional.of(3), true))) {
      assertThatThrownBy(() -> filter.select(endless, Split.TRAIN, 5))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("2,147,483,647 train samples");
    }
    assertThat(limit(Optional.of(3), false).select(endless, Split.TRAIN, 5))
        .containsExactly(0, 1, 2);
  }

  /** Three classes; counts how often each label was asked for. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record LabelsOnly(int[] of, int[] asked, int size) implements Dataset {
    @Override
    public List<String> labels() {
      return List.of("class0", "class1", "class2");
    }

    @Override
    public int size(Split split) {
      return size;
    }

    @Override
    public ImageSize imageSize() {
      return ImageSize.square(8);
    }

    @Override
    public int label(Split split, int index) {
      asked[index]++;
      return of[index];
    }

    @Override
    public EncodedSample read(Split split, int index) {
      throw new AssertionError("sample " + index + " was read");
    }

    @Override
    public void close() {}
  }

  private int[] countsOf(int[] chosen) {
    int[] counts = new int[3];
    for (int index : chosen) {
      counts[data.samples().get(index).label()]++;
    }
    return counts;
  }
}
