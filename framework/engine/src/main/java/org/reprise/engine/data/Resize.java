package org.reprise.engine.data;

import static org.bytedeco.pytorch.global.torch.interpolate;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.InterpolateMode;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.kBilinear;
import org.reprise.api.data.ImageSize;

/**
 * PIL's bilinear resize, which widens its filter when it shrinks (antialias): what torchvision's
 * {@code Resize} does to a PIL image. Thread-safe.
 */
public final class Resize {
  private Resize() {}

  /**
   * Resizes one image.
   *
   * @param image any size; not modified
   * @param size the size wanted
   * @return the image at that size, within one level of PIL's; {@code image} itself where it has
   *     that size already
   */
  public static RgbImage bilinear(RgbImage image, ImageSize size) {
    if (image.size().equals(size)) {
      return image;
    }
    try (PointerScope scope = new PointerScope()) {
      // uint8 in and out: its fixed-point arithmetic is PIL's, a float image differs in 1 of 10.
      Tensor pixels =
          torch.empty(
              new long[] {1, image.size().height(), image.size().width(), 3},
              new TensorOptions(ScalarType.Byte),
              null);
      new BytePointer(pixels.data_ptr()).put(image.rgb(), 0, image.rgb().length);
      InterpolateFuncOptions options = new InterpolateFuncOptions();
      options.size().put(new LongVector(size.height(), size.width()));
      options.mode().put(new InterpolateMode(new kBilinear()));
      options.align_corners().put(false);
      options.antialias().put(true);
      Tensor resized = interpolate(pixels.permute(0, 3, 1, 2), options);
      byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(size.height(), size.width()), 3)];
      new BytePointer(resized.permute(0, 2, 3, 1).contiguous().data_ptr()).get(rgb);
      return new RgbImage(rgb, size);
    }
  }
}
