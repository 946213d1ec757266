package org.reprise.quickstart;

import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.data.ImageSize;

/**
 * Consecutive source samples as tensors of the caller's scope.
 *
 * @param images [N,3,48,48] float32, channels last, normalised for the network
 * @param labels [N] int64
 */
record Batch(Tensor images, Tensor labels) {

  /**
   * Draws samples.
   *
   * @param source where from
   * @param seed the data's seed
   * @param stream which part of the data
   * @param first index of the first sample
   * @param count N
   * @return the samples
   */
  static Batch draw(SceneSource source, long seed, long stream, long first, int count) {
    ImageSize size = ImageSize.square(ShapeNetLayers.INPUT_SIDE);
    int imageBytes = 3 * size.height() * size.width();
    byte[] pixels = new byte[count * imageBytes];
    long[] labels = new long[count];
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              LabelledScene sample = source.scene(seed, stream, first + i);
              System.arraycopy(sample.scene().render(size), 0, pixels, i * imageBytes, imageBytes);
              labels[i] = sample.label();
            });
    // Rows of RGB triples, seen as planes: channels last already, so nothing is moved.
    Tensor images =
        torch
            .tensor(pixels, new TensorOptions(ScalarType.Byte))
            .view(count, size.height(), size.width(), 3)
            .permute(0, 3, 1, 2)
            .to(ScalarType.Float)
            .contiguous(MemoryFormat.ChannelsLast);
    double mean = ShapeNet.NORMALIZATION.mean().get(0);
    double std = ShapeNet.NORMALIZATION.std().get(0);
    images.div_(new Scalar(255.0)).sub_(new Scalar(mean)).div_(new Scalar(std));
    return new Batch(images, torch.tensor(labels, new TensorOptions(ScalarType.Long)));
  }
}
