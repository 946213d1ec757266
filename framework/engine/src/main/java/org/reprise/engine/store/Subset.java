package org.reprise.engine.store;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.data.ImageSize;

/** Some samples of a store. Holds indices only, no native memory. */
final class Subset implements Samples {
  private final SampleStore store;
  private final int[] indices;
  private final int[] labels;

  Subset(SampleStore store, int[] indices) {
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
    long[] values = SampleStore.values(positions);
    return batch(Arrays.stream(values).mapToInt(Math::toIntExact).toArray());
  }

  @Override
  public BatchFeed feed(List<int[]> batches) {
    return store.feed(batches.stream().map(this::translate).toList());
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
