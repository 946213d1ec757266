package org.reprise.engine.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.Split;
import org.reprise.engine.image.ImageDecoder;
import org.reprise.engine.image.ImagePreparer;
import org.reprise.engine.image.RgbImage;
import org.reprise.engine.store.SampleOptions.OnCorrupt;

/** Reads, decodes and prepares samples on all cores. */
public final class SampleReader {
  private SampleReader() {}

  /** Where prepared pixels go, one slot for each sample. Slots are written by several threads. */
  interface Target {
    void put(int slot, byte[] rgb) throws IOException;

    /** Copies a slot to a lower one; called by one thread, after all are written. */
    void move(int from, int to) throws IOException;
  }

  /**
   * What was read.
   *
   * @param labels of the samples kept, which fill the first slots
   * @param skipped number of images left out
   * @param firstSkipped why the first of them was, or empty
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
  record Content(int[] labels, int skipped, String firstSkipped) {}

  static Content read(
      Dataset dataset,
      Split split,
      int[] indices,
      ImagePreparation preparation,
      OnCorrupt onCorrupt,
      Target target,
      LoadProgress progress)
      throws IOException {
    requireSamples(dataset, split, indices);
    int[] labels = new int[indices.length];
    String[] failures = new String[indices.length];
    ParallelLoop.run(
        indices.length,
        i -> {
          EncodedSample sample = dataset.read(split, indices[i]);
          labels[i] = label(dataset, sample);
          try {
            RgbImage image = image(sample, whole -> ImagePreparer.prepare(whole, preparation));
            target.put(i, image.rgb());
          } catch (InvalidInputException e) {
            if (onCorrupt == OnCorrupt.ERROR) {
              throw new InvalidInputException(
                  e.getMessage() + " (on-corrupt: skip in the dataset block leaves it out)", e);
            }
            failures[i] = e.getMessage();
          }
        },
        progress);
    int kept = 0;
    String first = "";
    for (int i = 0; i < indices.length; i++) {
      if (failures[i] != null) {
        first = first.isEmpty() ? failures[i] : first;
        continue;
      }
      if (kept < i) {
        target.move(i, kept);
        labels[kept] = labels[i];
      }
      kept++;
    }
    if (kept == 0) {
      throw new InvalidInputException(
          "none of the " + indices.length + " " + split.label() + " images decodes: " + first);
    }
    return new Content(Arrays.copyOf(labels, kept), indices.length - kept, first);
  }

  private static void requireSamples(Dataset dataset, Split split, int[] indices) {
    if (indices.length == 0) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "the data set has no %s samples to load; its splits hold %d train, %d validation and"
                  + " %d test samples",
              split.label(),
              dataset.size(Split.TRAIN),
              dataset.size(Split.VALIDATION),
              dataset.size(Split.TEST)));
    }
  }

  /** Returns a sample's label after checking its range. */
  public static int label(Dataset dataset, EncodedSample sample) {
    if (sample == null) {
      throw new IllegalStateException(dataset.getClass().getName() + ".read() returned nothing");
    }
    int classes = dataset.labels().size();
    if (sample.label() < 0 || sample.label() >= classes) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s: label %d, expected 0 to %d (the data set has %d classes)",
              sample.place(),
              sample.label(),
              classes - 1,
              classes));
    }
    return sample.label();
  }

  /**
   * Decodes a sample.
   *
   * @param sample any
   * @param use what to do with the image, which is dropped then
   * @return what that made
   */
  public static <T> T image(EncodedSample sample, Function<RgbImage, T> use) {
    if (sample instanceof EncodedSample.Pixels pixels) {
      return use.apply(new RgbImage(pixels.rgb(), pixels.size()));
    }
    EncodedSample.File file = (EncodedSample.File) sample;
    return ImageDecoder.decode(file.bytes(), file.place(), use);
  }
}
