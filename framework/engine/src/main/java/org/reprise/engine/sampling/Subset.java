package org.reprise.engine.sampling;

import java.util.Arrays;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.store.SampleStore;

/** Some samples of a store. Holds indices only, no native memory. */
public final class Subset implements Samples {
  private final SampleStore store;
  private final int[] indices;
  private final int[] labels;

  public Subset(SampleStore store, int[] indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("a part of the samples must hold at least one");
    }
    SampleStore.checkIndices(indices, store.size());
    this.store = store;
    this.indices = indices.clone();
    int[] all = store.labels();
    this.labels = Arrays.stream(indices).map(i -> all[i]).toArray();
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public ImageSize imageSize() {
    return store.imageSize();
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  @Override
  public Batch batch(int[] positions) {
    return store.batch(translate(positions));
  }

  @Override
  public Batch batch(Tensor positions) {
    long[] values = new long[Math.toIntExact(positions.numel())];
    try (Tensor cpu = positions.cpu();
        Tensor wide = cpu.to(ScalarType.Long);
        Tensor flat = wide.contiguous()) {
      if (values.length > 0) {
        new LongPointer(flat.data_ptr()).get(values);
      }
    }
    return batch(Arrays.stream(values).mapToInt(Math::toIntExact).toArray());
  }

  @Override
  public Samples subset(int[] positions) {
    return new Subset(store, translate(positions));
  }

  private int[] translate(int[] positions) {
    SampleStore.checkIndices(positions, indices.length);
    return Arrays.stream(positions).map(i -> indices[i]).toArray();
  }
}
