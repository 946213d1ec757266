package org.reprise.engine.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorIndex;
import org.bytedeco.pytorch.TensorIndexVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.Indices;

/**
 * Crops, mirrors and otherwise changes training batches at random. What happens to a sample is
 * fixed by (seed, pass, epoch, its index): not by the order of samples, the batch size or the
 * device. For one thread.
 */
public final class Augmenter {
  private final Optional<Augmentation> augmentation;
  private final List<ImageChange> changes;
  private final long seed;
  private final int samples;
  private Draw draw;

  /** What was drawn for every sample of one pass. */
  @SuppressWarnings("ArrayRecordComponent") // kept here and never compared
  private record Draw(String pass, int epoch, long[] top, long[] left, boolean[] flip) {}

  /** The seed of each sample's own numbers, for each operation after crop and mirroring. */
  private long[][] seeds;

  /**
   * Prepares.
   *
   * @param augmentation what to do; empty for nothing
   * @param seed the run's seed
   * @param samples of the training split
   */
  public Augmenter(Optional<Augmentation> augmentation, long seed, int samples) {
    this.augmentation = augmentation;
    this.changes =
        augmentation.map(Augmentation::operations).orElse(List.of()).stream()
            .map(ImageChange::of)
            .toList();
    this.seed = seed;
    this.samples = samples;
  }

  /**
   * Augments a batch.
   *
   * @param batch of training samples; its images are consumed
   * @param indices which samples of the training split they are
   * @param pass name of the kind of pass; passes of one epoch draw independently
   * @param epoch from 0
   * @return the batch with {@code [B,3,h,w]} images of the augmentation's size, channels-last; the
   *     caller's scope owns it
   */
  public Batch apply(Batch batch, int[] indices, String pass, int epoch) {
    if (augmentation.isEmpty()) {
      return batch;
    }
    Tensor images = batch.images();
    ImageSize from = new ImageSize((int) images.size(2), (int) images.size(3));
    Draw drawn = draw(pass, epoch, from);
    ImageSize to = augmentation.get().size();
    int count = indices.length;
    long[] rows = new long[count * to.height()];
    long[] columns = new long[count * to.width()];
    for (int b = 0; b < count; b++) {
      int sample = indices[b];
      for (int y = 0; y < to.height(); y++) {
        rows[b * to.height() + y] = drawn.top[sample] + y;
      }
      for (int x = 0; x < to.width(); x++) {
        int mirrored = drawn.flip[sample] ? to.width() - 1 - x : x;
        columns[b * to.width() + x] = drawn.left[sample] + mirrored;
      }
    }
    // Freed here and not with the caller's step: they are as large as the batch.
    long[] numbers = new long[count];
    Arrays.setAll(numbers, b -> b);
    try (Device device = images.device();
        Tensor atSample = indexTensor(numbers, device, count, 1, 1);
        Tensor atRow = indexTensor(rows, device, count, to.height(), 1);
        Tensor atColumn = indexTensor(columns, device, count, 1, to.width());
        Tensor pixels = images.permute(0, 2, 3, 1);
        // pixel (b, y, x) is pixel (b, rows[b][y], columns[b][x]) of the batch
        TensorIndexVector index =
            new TensorIndexVector(
                new TensorIndex(atSample), new TensorIndex(atRow), new TensorIndex(atColumn));
        Tensor cropped = pixels.index(index)) {
      Tensor result = cropped.permute(0, 3, 1, 2);
      images.close();
      return new Batch(changed(result, indices), batch.labels());
    }
  }

  /** Does what follows crop and mirroring, image by image. */
  private Tensor changed(Tensor images, int[] indices) {
    if (changes.isEmpty()) {
      return images;
    }
    Tensor result = images.contiguous(MemoryFormat.ChannelsLast);
    for (int b = 0; b < indices.length; b++) {
      // what an image's changes make on the way is freed with it
      try (PointerScope scope = new PointerScope()) {
        Tensor image = result.select(0, b);
        Tensor changed = image;
        for (int i = 0; i < changes.size(); i++) {
          RandomStream own = RandomStream.of(seeds[i][indices[b]], "image", 0);
          changed = changes.get(i).apply(changed, own);
        }
        image.copy_(changed); // nothing where nothing changed
      }
    }
    return result;
  }

  private static Tensor indexTensor(long[] values, Device device, long... shape) {
    return Indices.on(torch.tensor(values).reshape(shape), device);
  }

  private Draw draw(String pass, int epoch, ImageSize from) {
    if (draw != null && draw.epoch == epoch && draw.pass.equals(pass)) {
      return draw;
    }
    ImageSize to = augmentation.orElseThrow().size();
    int rows = from.height() - to.height() + 1;
    int columns = from.width() - to.width() + 1;
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "the prompt crops " + to + " out of training images, which are " + from);
    }
    RandomStream random = RandomStream.of(seed, "augment-" + pass, epoch);
    long[] top = new long[samples];
    long[] left = new long[samples];
    boolean[] flip = new boolean[samples];
    for (int i = 0; i < samples; i++) {
      top[i] = random.nextInt(rows);
      left[i] = random.nextInt(columns);
      // Drawn in any case, so that flip: false changes nothing else.
      boolean mirrored = random.nextInt(2) == 1;
      flip[i] = mirrored && augmentation.get().flip();
    }
    seeds = new long[changes.size()][samples];
    for (int i = 0; i < changes.size(); i++) {
      RandomStream ofOperation = RandomStream.of(seed, "augment-" + pass + "-" + i, epoch);
      Arrays.setAll(seeds[i], sample -> ofOperation.nextLong());
    }
    draw = new Draw(pass, epoch, top, left, flip);
    return draw;
  }
}
