package org.reprise.support;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Constants of prompts that differ by channel, laid out for fast arithmetic. */
public final class ChannelConstants {
  private ChannelConstants() {}

  /**
   * Fills an image with one value for each channel. Written out and channels-last rather than a
   * broadcast {@code [3,1,1]}: with channels-last images a broadcast over the pixels leaves inner
   * loops of three elements, several times slower.
   *
   * @param channels red, green, blue
   * @param height rows
   * @param width columns
   * @param device where to
   * @return {@code [1,3,height,width]} float32, channels-last; in the caller's scope
   */
  public static Tensor image(List<Double> channels, int height, int width, Device device) {
    return Tensor.create(
            new double[] {channels.get(0), channels.get(1), channels.get(2)}, 1, 3, 1, 1)
        .to(device, ScalarType.Float)
        .expand(1, 3, height, width)
        .contiguous(MemoryFormat.ChannelsLast);
  }
}
