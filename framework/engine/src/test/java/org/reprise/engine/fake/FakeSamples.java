package org.reprise.engine.fake;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.fake.Plan.Greys;
import org.reprise.engine.store.Batch;
import org.reprise.engine.store.Samples;

/**
 * Samples of one grey each.
 *
 * @param greys which
 */
public record FakeSamples(Greys greys) implements Samples {
  @Override
  public int size() {
    return greys.size();
  }

  @Override
  public ImageSize imageSize() {
    return ImageSize.square(FakeNetwork.SIDE);
  }

  @Override
  public int[] labels() {
    return greys.labels().stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public Batch batch(int[] indices) {
    float[] levels = new float[indices.length];
    long[] labels = new long[indices.length];
    for (int i = 0; i < indices.length; i++) {
      levels[i] = greys.levels().get(indices[i]) / 255f;
      labels[i] = greys.labels().get(indices[i]);
    }
    Tensor images =
        Tensor.create(levels)
            .reshape(-1, 1, 1, 1)
            .expand(indices.length, 3, FakeNetwork.SIDE, FakeNetwork.SIDE)
            .contiguous();
    return new Batch(images, torch.tensor(labels).to(ScalarType.Long));
  }

  @Override
  public Batch batch(Tensor indices) {
    return batch(Arrays.stream(Told.values(indices)).mapToInt(i -> (int) i).toArray());
  }

  @Override
  public Samples subset(int[] indices) {
    throw new UnsupportedOperationException("not asked for");
  }
}
