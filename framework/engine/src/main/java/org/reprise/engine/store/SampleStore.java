package org.reprise.engine.store;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
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

/**
 * The samples of one split, decoded once: one uint8 tensor {@code [n,h,w,3]} and one int64 tensor
 * {@code [n]} of labels. The pixels lie in memory, or on the GPU where they fit, or in a file of
 * the {@link SampleCache} if there are more than memory holds; batches are on the run's device.
 *
 * <p>Decoding uses every core; gathering batches is for one thread at a time. The store owns its
 * memory; the data set is borrowed while loading and not needed afterwards.
 */
public final class SampleStore implements Samples, AutoCloseable {
  private final ImageSize imageSize;
  private final int[] labels;
  private final String fingerprint;
  private final Skipped skipped;
  private final Pixels pixels;
  private final Optional<DeviceMemory> memory;
  private final KeptTensor labelTensor = new KeptTensor();

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
      Pixels pixels,
      Placement placement) {
    this.imageSize = imageSize;
    this.labels = labels;
    this.fingerprint = fingerprint;
    this.skipped = skipped;
    this.pixels = pixels;
    this.memory = placement.memory();
    try {
      this.labelTensor.set(Indices.of(labels).to(placement.device(), ScalarType.Long));
    } catch (RuntimeException | Error e) {
      pixels.close();
      throw e;
    }
  }

  /**
   * Makes a store of a verified file.
   *
   * @param file closed here if the pixels are held in memory, else with the store
   * @param held whether memory is to hold the pixels
   * @param placement where batches are wanted
   * @throws DamagedFileException if a pixel is not what was written
   */
  static SampleStore of(SampleFileReader file, boolean held, Placement placement)
      throws IOException {
    SampleFile.Header header = file.header();
    try (PointerScope scope = new PointerScope()) {
      Pixels pixels;
      if (held) {
        Tensor memory = memory(header.count(), header.size());
        file.readAll(memory.data_ptr());
        file.close();
        pixels = new HeldPixels(memory, placement);
      } else {
        file.verifyAll();
        pixels = new FilePixels(file, placement.device());
      }
      return new SampleStore(
          header.size(),
          file.labels(),
          header.fingerprint(),
          new Skipped(header.skipped(), header.firstSkipped()),
          pixels,
          placement);
    }
  }

  private static Tensor memory(int count, ImageSize size) {
    try {
      return torch.empty(
          new long[] {count, size.height(), size.width(), 3},
          new TensorOptions(ScalarType.Byte),
          null);
    } catch (RuntimeException e) { // libtorch's, which has no memory of that size
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%,d samples of %s pixels take %.1f GB of memory, which cannot be had; expected fewer"
                  + " (limit in the dataset block), or smaller ones (image-size, or the prompt's"
                  + " size)",
              count,
              size,
              3.0 * count * size.height() * size.width() / 1e9),
          e);
    }
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
      Tensor pixels = memory(indices.length, size);
      BytePointer memory = new BytePointer(pixels.data_ptr());
      SampleReader.Content content =
          source.read(indices, new Memory(memory, Math.toIntExact(source.bytes(1))));
      int[] labels = content.labels();
      return new SampleStore(
          size,
          labels,
          Fingerprint.of(memory, size, labels),
          new Skipped(content.skipped(), content.firstSkipped()),
          new HeldPixels(pixels.narrow(0, 0, labels.length), placement),
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
    try (Tensor chosen = Indices.of(indices)) {
      return batch(chosen);
    }
  }

  @Override
  public Batch batch(Tensor indices) {
    try (Device device = labelTensor.get().device();
        Tensor chosen = Indices.on(indices, device)) {
      return new Batch(pixels.images(indices), labelTensor.get().index_select(0, chosen));
    }
  }

  /**
   * On a device with memory of its own the order of the pass is sent there once; samples that do
   * not lie there are copied a batch ahead.
   */
  @Override
  public BatchFeed feed(List<int[]> batches) {
    batches.forEach(batch -> checkIndices(batch, size()));
    try (Device device = labelTensor.get().device()) {
      if (device.is_cpu() && memory.isEmpty()) {
        return Samples.super.feed(batches);
      }
      return pixels.areAtHand() || memory.isEmpty()
          ? BatchFeed.onDevice(batches, device, this::batch)
          : AheadFeed.of(
              batches, new AheadFeed.Source(pixels, imageSize, labelTensor.get()), memory.get());
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
  }

  static void checkIndices(int[] indices, int size) {
    for (int index : indices) {
      if (index < 0 || index >= size) {
        throw new IndexOutOfBoundsException("sample " + index + " of " + size);
      }
    }
  }

  /** Returns the values of a tensor of integers on any device. */
  static long[] values(Tensor integers) {
    long[] values = new long[Math.toIntExact(integers.numel())];
    try (Tensor cpu = integers.cpu();
        Tensor wide = cpu.to(ScalarType.Long);
        Tensor flat = wide.contiguous();
        Pointer memory = flat.data_ptr()) {
      if (values.length > 0) {
        new LongPointer(memory).get(values);
      }
    }
    return values;
  }
}
