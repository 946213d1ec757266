package org.reprise.benchmarks;

import org.bytedeco.pytorch.Tensor;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.Samples;

/**
 * Samples whose images arrive contiguous, for comparison with the store's channels-last.
 *
 * @param samples channels-last
 */
record ContiguousSamples(Samples samples) implements Samples {

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public ImageSize imageSize() {
    return samples.imageSize();
  }

  @Override
  public int[] labels() {
    return samples.labels();
  }

  @Override
  public Batch batch(int[] indices) {
    return contiguous(samples.batch(indices));
  }

  @Override
  public Batch batch(Tensor indices) {
    return contiguous(samples.batch(indices));
  }

  @Override
  public Samples subset(int[] indices) {
    return new ContiguousSamples(samples.subset(indices));
  }

  private static Batch contiguous(Batch batch) {
    return new Batch(batch.images().contiguous(), batch.labels());
  }
}
