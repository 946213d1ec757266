package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.Split;

/**
 * What every data set must do. Subclass it, make a small data set in {@link #create}, and the tests
 * below run on it.
 */
public abstract class DatasetContract {
  private static final int SOME = 4; // samples of a split

  /** For subclasses. */
  protected DatasetContract() {}

  /**
   * Makes a valid data set with at least two training samples and one test sample, the same one at
   * every call; the suite closes it.
   *
   * @return a new data set
   * @throws Exception if it cannot be made; fails the test
   */
  protected abstract Dataset create() throws Exception;

  /** Names are distinct, not blank, stable, and not to be changed by callers. */
  @Test
  public void labelsAreDistinctNamesThatNobodyCanChange() throws Exception {
    try (Dataset data = create()) {
      assertThat(data.labels()).isNotEmpty().doesNotHaveDuplicates().isEqualTo(data.labels());
      assertThat(data.labels()).noneMatch(String::isBlank);
      assertThatThrownBy(() -> data.labels().add("another"))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  /** Every sample has a label in range, content, and a place; images have a stored size. */
  @Test
  public void everySampleIsComplete() throws Exception {
    try (Dataset data = create()) {
      assertThat(data.imageSize()).isNotNull();
      assertThat(data.size(Split.TRAIN)).isGreaterThanOrEqualTo(2);
      assertThat(data.size(Split.TEST)).isPositive();
      for (Split split : Split.values()) {
        for (int i = 0; i < data.size(split); i++) {
          EncodedSample sample = data.read(split, i);
          assertThat(sample.label()).isBetween(0, data.labels().size() - 1);
          assertThat(sample.place()).isNotBlank();
          assertThat(bytes(sample)).isNotEmpty();
        }
      }
    }
  }

  /** The label that is asked for alone is the sample's. */
  @Test
  public void labelsAreThoseOfTheSamples() throws Exception {
    try (Dataset data = create();
        Dataset other = create()) {
      for (Split split : Split.values()) {
        for (int i = data.size(split) - 1; i >= 0; i--) {
          // also before anything was read
          assertThat(data.label(split, i)).isEqualTo(other.read(split, i).label());
        }
      }
    }
  }

  /** Places tell the samples of a split apart. */
  @Test
  public void everySampleHasItsOwnPlace() throws Exception {
    try (Dataset data = create()) {
      for (Split split : Split.values()) {
        List<String> places = new ArrayList<>();
        for (int i = 0; i < data.size(split); i++) {
          places.add(data.read(split, i).place());
        }
        assertThat(places).doesNotHaveDuplicates();
      }
    }
  }

  /** Two reads, and reads by two data sets made alike, agree and share no array. */
  @Test
  public void readingAgainGivesTheSameSample() throws Exception {
    try (Dataset data = create();
        Dataset other = create()) {
      for (int i = data.size(Split.TRAIN) - 1; i >= 0; i--) {
        EncodedSample sample = data.read(Split.TRAIN, i);
        assertSame(data.read(Split.TRAIN, i), sample);
        assertSame(other.read(Split.TRAIN, i), sample);
      }
    }
  }

  /** Four threads in different orders read what one thread reads. */
  @Test
  public void threadsDoNotDisturbEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Dataset data = create()) {
      int size = data.size(Split.TRAIN);
      List<EncodedSample> expected = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        expected.add(data.read(Split.TRAIN, i));
      }
      List<Callable<Void>> readers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int start = t;
        readers.add(
            () -> {
              for (int i = 0; i < 200; i++) {
                int index = (start * 7 + i * (start + 1)) % size;
                assertThat(data.label(Split.TRAIN, index)).isEqualTo(expected.get(index).label());
                assertSame(data.read(Split.TRAIN, index), expected.get(index));
              }
              return null;
            });
      }
      for (Future<Void> reader : threads.invokeAll(readers)) {
        reader.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Indices beyond either end, and any index of an absent split, are refused. */
  @Test
  public void indicesOutOfRangeAreRefused() throws Exception {
    try (Dataset data = create()) {
      for (Split split : Split.values()) {
        for (int index : new int[] {-1, data.size(split)}) {
          assertThatThrownBy(() -> data.read(split, index))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> data.label(split, index))
              .isInstanceOf(IndexOutOfBoundsException.class);
        }
      }
    }
  }

  /** Closing twice is harmless. */
  @Test
  public void mayBeClosedTwice() throws Exception {
    Dataset data = create();
    data.close();
    data.close();
  }

  /** Neither reading nor a whole life leaves native objects or open files behind. */
  @Test
  public void nativeMemoryAndOpenFilesAreFlat() throws Exception {
    Runnable life =
        () -> {
          try (Dataset data = create()) {
            readSome(data);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        };
    NativeMemory.assertFlat("a data set's whole life", life);
    OpenFiles.assertFlat("a data set's whole life", life);
    try (Dataset data = create()) {
      NativeMemory.assertFlat("reading", () -> readSome(data));
      OpenFiles.assertFlat("reading", () -> readSome(data));
    }
  }

  private static void readSome(Dataset data) {
    for (Split split : Split.values()) {
      for (int i = 0; i < Math.min(SOME, data.size(split)); i++) {
        try {
          data.read(split, i);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static byte[] bytes(EncodedSample sample) {
    return sample instanceof EncodedSample.File file
        ? file.bytes()
        : ((EncodedSample.Pixels) sample).rgb();
  }

  private static void assertSame(EncodedSample actual, EncodedSample expected) {
    assertThat(actual.getClass()).isEqualTo(expected.getClass());
    assertThat(actual.label()).isEqualTo(expected.label());
    assertThat(actual.place()).isEqualTo(expected.place());
    assertThat(Arrays.equals(bytes(actual), bytes(expected))).as(expected.place()).isTrue();
  }
}
