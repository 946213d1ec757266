package org.reprise.engine.store;

import java.io.IOException;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.InvalidInputException;
import org.reprise.api.KeptTensor;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.sampling.Batch;
import org.reprise.engine.sampling.Samples;
import org.reprise.engine.sampling.Subset;
import org.reprise.kernels.KernelLibrary;

/**
 * The samples of one split, decoded once: one uint8 tensor {@code [n,h,w,3]} and one int64 tensor
 * {@code [n]} of labels. The pixels lie in memory, or in a mapped file of the {@link SampleCache},
 * or on the GPU where they fit; batches are on the run's device.
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

  private final Skipped skipped;

  /**
   * Images that were left out because they cannot be decoded.
   *
   * @param count how many
   * @param first why the first of them was; empty if there is none
   */
  public record Skipped(int count, String first) {}

  private SampleStore(
      ImageSize imageSize,
      int[] labels,
      String fingerprint,
      Skipped skipped,
      Tensor pixels,
      Placement placement) {
    Device device = placement.device();
    this.imageSize = imageSize;
    this.labels = labels;
    this.fingerprint = fingerprint;
    this.skipped = skipped;
    this.pixels.set(
        placement.hasRoomFor(pixels.numel()) ? pixels.to(device, ScalarType.Byte) : pixels);
    this.labelTensor.set(longs(labels).to(device, ScalarType.Long));
    this.levels.set(torch.tensor(255f).to(device, ScalarType.Float));
  }

  /** Makes a store of pixels {@code [n,h,w,3]} uint8, which it keeps. */
  static SampleStore of(
      ImageSize imageSize,
      int[] labels,
      String fingerprint,
      Skipped skipped,
      Tensor pixels,
      Placement placement) {
    return new SampleStore(imageSize, labels, fingerprint, skipped, pixels, placement);
  }

  /**
   * Reads, decodes and prepares samples into memory.
   *
   * @param source where from
   * @param placement where batches are wanted
   * @return the store, which the caller closes
   * @throws IOException if a sample cannot be read; of several, the first in order
   * @throws InvalidInputException if there is no sample, one is not an image, or a label is not in
   *     [0, KT); of several, the first in order
   * @throws java.util.concurrent.CancellationException if the thread was interrupted; it stays so
   */
  public static SampleStore load(SampleSource source, Placement placement) throws IOException {
    ImageSize size = source.preparation().size();
    int[] indices = source.indices();
    try (PointerScope scope = new PointerScope()) {
      Tensor pixels =
          torch.empty(
              new long[] {indices.length, size.height(), size.width(), 3},
              new TensorOptions(ScalarType.Byte),
              null);
      BytePointer memory = new BytePointer(pixels.data_ptr());
      SampleReader.Content content =
          source.read(indices, new Memory(memory, Math.toIntExact(source.bytes(1))));
      int[] labels = content.labels();
      return new SampleStore(
          size,
          labels,
          Fingerprint.of(memory, size, labels),
          new Skipped(content.skipped(), content.firstSkipped()),
          pixels.narrow(0, 0, labels.length),
          placement);
    }
  }

  private record Memory(BytePointer pixels, int imageBytes) implements SampleReader.Target {
    @Override
    public void put(int slot, byte[] rgb) {
      // Its own pointer: the position is a field.
      new BytePointer(pixels).position((long) slot * imageBytes).put(rgb, 0, imageBytes);
    }

    @Override
    public void move(int from, int to) {
      byte[] rgb = new byte[imageBytes];
      new BytePointer(pixels).position((long) from * imageBytes).get(rgb, 0, imageBytes);
      put(to, rgb);
    }
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
    try (Device home = pixels.get().device();
        Device device = levels.get().device();
        Tensor wide = indices.to(home, ScalarType.Long);
        Tensor chosen = wide.contiguous();
        Tensor chosenHere = chosen.to(device, ScalarType.Long)) {
      boolean kernel = home.is_cpu() && device.is_cpu() && KernelLibrary.isAvailable();
      Tensor images = kernel ? gather(chosen) : gather(chosen, device);
      return new Batch(images, labelTensor.get().index_select(0, chosenHere));
    }
  }

  /** One pass: a byte is read and a float is written. */
  private Tensor gather(Tensor chosen) {
    Tensor stored = pixels.get();
    long count = chosen.numel();
    try (TensorOptions floats = new TensorOptions(ScalarType.Float);
        Tensor rows =
            torch.empty(
                new long[] {count, imageSize.height(), imageSize.width(), 3}, floats, null);
        Pointer from = stored.data_ptr();
        Pointer indices = chosen.data_ptr();
        Pointer to = rows.data_ptr()) {
      KernelLibrary.gather(
          from,
          stored.size(0),
          3L * imageSize.height() * imageSize.width(),
          indices,
          count,
          to,
          torch.get_num_threads());
      return rows.permute(0, 3, 1, 2);
    }
  }

  /** As libtorch operations, for a GPU and where there is no kernel. */
  private Tensor gather(Tensor chosen, Device device) {
    try (Tensor bytes = pixels.get().index_select(0, chosen);
        Tensor here = bytes.to(device, ScalarType.Byte);
        Tensor images = here.permute(0, 3, 1, 2)) {
      Tensor scaled = images.to(ScalarType.Float);
      scaled.div_(levels.get());
      return scaled;
    }
  }

  @Override
  public Samples subset(int[] indices) {
    return new Subset(this, indices);
  }

  /** Returns what was left out. */
  public Skipped skipped() {
    return skipped;
  }

  /** Frees the samples. May be called twice. */
  @Override
  public void close() {
    pixels.close();
    labelTensor.close();
    levels.close();
  }

  public static void checkIndices(int[] indices, int size) {
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
