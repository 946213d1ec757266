package org.reprise.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.testkit.FakeDatasetContext;

class RenderedDatasetTest {

  private static Dataset task(long dataSeed, int imageSize) {
    return new ShapesFactory()
        .create(new ShapesOptions(80, 16, 40, dataSeed, imageSize), new FakeDatasetContext());
  }

  private static Dataset source() {
    return new SourceShapesFactory()
        .create(new SourceShapesOptions(128, 64, 64, 1, 48), new FakeDatasetContext());
  }

  private static EncodedSample.Pixels read(Dataset data, Split split, int index) {
    try {
      return (EncodedSample.Pixels) data.read(split, index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long checksum(Dataset data, Split split) {
    CRC32 checksum = new CRC32();
    for (int i = 0; i < data.size(split); i++) {
      EncodedSample.Pixels sample = read(data, split, i);
      checksum.update(sample.rgb());
      checksum.update(sample.label());
    }
    return checksum.getValue();
  }

  @Test
  void pixelsAreTheSameOnEveryMachine() {
    assertThat(checksum(source(), Split.TEST)).isEqualTo(3889616505L);
    assertThat(checksum(task(1, 24), Split.TEST)).isEqualTo(3867574954L);
  }

  @Test
  void threadsAndOrderDoNotMatter() {
    Dataset data = task(1, 24);
    List<byte[]> inOrder =
        IntStream.range(0, 80).mapToObj(i -> read(data, Split.TRAIN, i).rgb()).toList();
    IntStream.range(0, 320)
        .parallel()
        .forEach(
            i ->
                assertThat(read(data, Split.TRAIN, 79 - i % 80).rgb())
                    .isEqualTo(inOrder.get(79 - i % 80)));
  }

  @Test
  void splitsAndDataSeedsDiffer() {
    Dataset data = task(1, 24);
    byte[] train = read(data, Split.TRAIN, 3).rgb();
    assertThat(read(data, Split.VALIDATION, 3).rgb()).isNotEqualTo(train);
    assertThat(read(data, Split.TEST, 3).rgb()).isNotEqualTo(train);
    assertThat(read(task(2, 24), Split.TRAIN, 3).rgb()).isNotEqualTo(train);
  }

  @Test
  void theRunsSeedDoesNotChangeTheData() {
    ShapesOptions options = new ShapesOptions(8, 0, 8, 1, 24);
    Dataset one =
        new ShapesFactory()
            .create(options, new FakeDatasetContext(1, new ArrayList<>(), new ArrayList<>()));
    Dataset two =
        new ShapesFactory()
            .create(options, new FakeDatasetContext(2, new ArrayList<>(), new ArrayList<>()));
    assertThat(checksum(two, Split.TRAIN)).isEqualTo(checksum(one, Split.TRAIN));
  }

  @Test
  void everySplitIsBalanced() {
    Dataset data = task(1, 8);
    for (Split split : Split.values()) {
      int[] counts = new int[data.labels().size()];
      for (int i = 0; i < data.size(split); i++) {
        counts[read(data, split, i).label()]++;
      }
      assertThat(counts).containsOnly(data.size(split) / counts.length);
    }
  }

  @Test
  void imagesHaveTheSizeAskedFor() {
    assertThat(task(1, 24).imageSize()).isEqualTo(ImageSize.square(24));
    assertThat(read(task(1, 40), Split.TRAIN, 0).size()).isEqualTo(ImageSize.square(40));
  }

  @Test
  void samplesSayWhereTheyComeFrom() {
    assertThat(read(task(9, 8), Split.TEST, 3).place())
        .isEqualTo("shapes, data-seed 9, test sample 3");
  }

  @Test
  void refusesAnIndexBeyondTheSplit() {
    assertThatThrownBy(() -> task(1, 8).read(Split.TEST, 40))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertThatThrownBy(() -> new ShapesOptions(0, 0, 1, 1, 24))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("must be at least 1, found 0");
    assertThatThrownBy(() -> new ShapesOptions(1, 0, 1, 1, 4))
        .isInstanceOfSatisfying(
            InvalidOptionException.class, e -> assertThat(e.option()).isEqualTo("image-size"));
    assertThatThrownBy(() -> new SourceShapesOptions(1, -1, 1, 1, 24))
        .isInstanceOfSatisfying(
            InvalidOptionException.class, e -> assertThat(e.option()).isEqualTo("validation"));
  }
}
