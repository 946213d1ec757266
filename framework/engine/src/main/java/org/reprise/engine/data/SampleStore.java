package org.reprise.engine.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.EncodedSample;
import org.reprise.api.data.ImagePreparation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.data.Split;

/**
 * The samples of one split, decoded once and kept in memory on the run's device: one uint8 tensor
 * {@code [n,h,w,3]} and one int64 tensor {@code [n]} of labels.
 *
 * <p>Decoding uses every core; gathering batches is for one thread at a time. The store owns its
 * memory; the data set is borrowed while loading and not needed afterwards.
 */
public final class SampleStore implements Samples, AutoCloseable {
  private final ImageSize imageSize;
  private final int[] labels;
  private final String fingerprint;
  private final KeptTensor pixels = new KeptTensor();
  private final KeptTensor labelTensor = new KeptTensor();

  /** 255 on the device: by a CPU scalar, CUDA would multiply with its rounded reciprocal. */
  private final KeptTensor levels = new KeptTensor();

  private SampleStore(
      ImageSize imageSize, int[] labels, String fingerprint, Tensor pixels, Device device) {
    this.imageSize = imageSize;
    this.labels = labels;
    this.fingerprint = fingerprint;
    this.pixels.set(pixels.to(device, ScalarType.Byte));
    this.labelTensor.set(longs(labels).to(device, ScalarType.Long));
    this.levels.set(torch.tensor(255f).to(device, ScalarType.Float));
  }

  /**
   * Reads, decodes and prepares samples.
   *
   * @param dataset where from
   * @param split which part
   * @param indices which samples of that part, e.g. from {@link SampleFilter#select}
   * @param preparation how the prompt wants images stored
   * @param device where the samples are to lie
   * @param progress hears how it goes on
   * @return the store, which the caller closes
   * @throws IOException if a sample cannot be read; of several, the first in order
   * @throws InvalidInputException if there is no sample, one is not an image, or a label is not in
   *     [0, KT); of several, the first in order
   * @throws java.util.concurrent.CancellationException if the thread was interrupted; it stays so
   */
  public static SampleStore load(
      Dataset dataset,
      Split split,
      int[] indices,
      ImagePreparation preparation,
      Device device,
      LoadProgress progress)
      throws IOException {
    ImageSize size = preparation.size();
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
    int imageBytes = Math.multiplyExact(Math.multiplyExact(size.height(), size.width()), 3);
    int[] labels = new int[indices.length];
    try (PointerScope scope = new PointerScope()) {
      Tensor pixels =
          torch.empty(
              new long[] {indices.length, size.height(), size.width(), 3},
              new TensorOptions(ScalarType.Byte),
              null);
      BytePointer memory = new BytePointer(pixels.data_ptr());
      ParallelLoop.run(
          indices.length,
          i -> {
            EncodedSample sample = dataset.read(split, indices[i]);
            labels[i] = label(dataset, sample);
            byte[] rgb = ImagePreparer.prepare(image(sample), preparation).rgb();
            // Its own pointer: the position is a field.
            new BytePointer(memory).position((long) i * imageBytes).put(rgb, 0, imageBytes);
          },
          progress);
      String fingerprint = Fingerprint.of(memory, size, labels);
      return new SampleStore(size, labels, fingerprint, pixels, device);
    }
  }

  /** Returns a sample's label after checking its range. */
  static int label(Dataset dataset, EncodedSample sample) {
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

  private static RgbImage image(EncodedSample sample) {
    if (sample instanceof EncodedSample.Pixels pixels) {
      return new RgbImage(pixels.rgb(), pixels.size());
    }
    EncodedSample.File file = (EncodedSample.File) sample;
    return ImageDecoder.decode(file.bytes(), file.place());
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public ImageSize imageSize() {
    return imageSize;
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  /**
   * Returns what identifies these samples: SHA-256 over size, pixels and labels.
   *
   * @return 64 hexadecimal digits, the same on every device
   */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Batch batch(int[] indices) {
    checkIndices(indices, size());
    try (Tensor chosen = longs(indices)) {
      return batch(chosen);
    }
  }

  @Override
  public Batch batch(Tensor indices) {
    // Temporaries are freed here and not with the caller's step: they are as large as the batch.
    try (Device device = pixels.get().device();
        Tensor chosen = indices.to(device, ScalarType.Long);
        Tensor bytes = pixels.get().index_select(0, chosen);
        Tensor images = bytes.permute(0, 3, 1, 2)) {
      Tensor scaled = images.to(ScalarType.Float);
      scaled.div_(levels.get());
      return new Batch(scaled, labelTensor.get().index_select(0, chosen));
    }
  }

  @Override
  public Samples subset(int[] indices) {
    return new Subset(this, indices);
  }

  /** Frees the samples. May be called twice. */
  @Override
  public void close() {
    pixels.close();
    labelTensor.close();
    levels.close();
  }

  static void checkIndices(int[] indices, int size) {
    for (int index : indices) {
      if (index < 0 || index >= size) {
        throw new IndexOutOfBoundsException("sample " + index + " of " + size);
      }
    }
  }

  static Tensor longs(int[] values) {
    return torch.tensor(Arrays.stream(values).asLongStream().toArray());
  }
}
