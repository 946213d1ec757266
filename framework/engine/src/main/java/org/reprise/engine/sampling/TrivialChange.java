package org.reprise.engine.sampling;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * TrivialAugment in the wide space: one of 14 operations, one of 31 strengths, either sign, all
 * equally likely. Ranges are torchvision's; values stay floats, but for the operations that are
 * defined on 8 bits.
 */
final class TrivialChange implements ImageChange {
  /** Strengths an operation has. */
  static final int STRENGTHS = 31;

  private static final double[] GREY = {0.2989, 0.587, 0.114};
  private static final int LEVELS = 256;

  /** The operations. */
  enum Kind {
    IDENTITY,
    SHEAR_X,
    SHEAR_Y,
    TRANSLATE_X,
    TRANSLATE_Y,
    ROTATE,
    BRIGHTNESS,
    COLOR,
    CONTRAST,
    SHARPNESS,
    POSTERIZE,
    SOLARIZE,
    AUTO_CONTRAST,
    EQUALIZE
  }

  @Override
  public Tensor apply(Tensor image, RandomStream random) {
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    double strength = (double) random.nextInt(STRENGTHS) / (STRENGTHS - 1);
    return change(image, kind, strength, random.nextInt(2) == 1);
  }

  /**
   * Does one operation.
   *
   * @param image {@code [3,h,w]} float32 in [0,1]
   * @param kind which
   * @param strength in [0,1]
   * @param negative whether an operation with two directions goes in the other one
   */
  static Tensor change(Tensor image, Kind kind, double strength, boolean negative) {
    double signed = negative ? -strength : strength;
    double factor = 1 + 0.99 * signed;
    return switch (kind) {
      case IDENTITY -> image;
      case SHEAR_X -> moved(image, 1, 0.99 * signed, 0, 0, 1, 0);
      case SHEAR_Y -> moved(image, 1, 0, 0, 0.99 * signed, 1, 0);
      case TRANSLATE_X -> moved(image, 1, 0, -(int) (32 * signed), 0, 1, 0);
      case TRANSLATE_Y -> moved(image, 1, 0, 0, 0, 1, -(int) (32 * signed));
      case ROTATE -> rotated(image, Math.toRadians(135 * signed));
      case BRIGHTNESS -> blended(torch.zeros_like(image), image, factor);
      case COLOR -> blended(grey(image), image, factor);
      case CONTRAST -> blended(grey(image).mean(), image, factor);
      case SHARPNESS -> blended(smoothed(image), image, factor);
      case POSTERIZE -> posterized(image, 8 - (int) Math.rint(6 * strength));
      case SOLARIZE -> {
        Scalar one = new Scalar(1.0);
        yield torch.where(image.ge(new Scalar(1 - strength)), image.neg().add(one), image);
      }
      case AUTO_CONTRAST -> stretched(image);
      case EQUALIZE -> equalized(image);
    };
  }

  /** Takes pixel (x, y) from (a x + b y + c, d x + e y + f), nearest, zero outside. */
  private static Tensor moved(
      Tensor image, double a, double b, double c, double d, double e, double f) {
    long height = image.size(1);
    long width = image.size(2);
    TensorOptions like = new TensorOptions(ScalarType.Double).device(image.options().device_opt());
    Scalar half = new Scalar(0.5); // centres of pixels
    Tensor x = torch.arange(new Scalar(width), like).add(half).unsqueeze(0);
    Tensor y = torch.arange(new Scalar(height), like).add(half).unsqueeze(1);
    Tensor column =
        x.mul(new Scalar(a))
            .add(y.mul(new Scalar(b)))
            .add(new Scalar(c))
            .floor()
            .to(ScalarType.Long);
    Tensor row =
        x.mul(new Scalar(d))
            .add(y.mul(new Scalar(e)))
            .add(new Scalar(f))
            .floor()
            .to(ScalarType.Long);
    Scalar zero = new Scalar(0);
    Tensor inside =
        column
            .ge(zero)
            .logical_and(column.lt(new Scalar(width)))
            .logical_and(row.ge(zero))
            .logical_and(row.lt(new Scalar(height)));
    Tensor place = row.mul(new Scalar(width)).add(column).mul(inside.to(ScalarType.Long)).flatten();
    Tensor pixels = image.reshape(3, height * width).index_select(1, place);
    return pixels.view(3, height, width).mul(inside.to(ScalarType.Float));
  }

  private static Tensor rotated(Tensor image, double angle) {
    double x = image.size(2) / 2.0;
    double y = image.size(1) / 2.0;
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return moved(image, cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y);
  }

  /** Goes from one image towards another, and perhaps beyond it, within [0,1]. */
  private static Tensor blended(Tensor from, Tensor to, double factor) {
    return to.mul(new Scalar(factor))
        .add(from.mul(new Scalar(1 - factor)))
        .clamp_min(new Scalar(0.0))
        .clamp_max(new Scalar(1.0));
  }

  /** Returns the brightness, {@code [1,h,w]}. */
  private static Tensor grey(Tensor image) {
    Tensor weights =
        Tensor.create(GREY).to(image.options().device(), ScalarType.Float).reshape(3, 1, 1);
    return image.mul(weights).sum(new long[] {0}, true, new ScalarTypeOptional());
  }

  /** The mean of each pixel's neighbourhood, itself weighing five times; the border stays. */
  private static Tensor smoothed(Tensor image) {
    long height = image.size(1);
    long width = image.size(2);
    if (height < 3 || width < 3) {
      return image;
    }
    Tensor sum = inner(image, 1, 1).mul(new Scalar(4.0));
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        sum = sum.add(inner(image, row, column));
      }
    }
    Tensor result = image.clone();
    inner(result, 1, 1).copy_(sum.div(new Scalar(13.0)));
    return result;
  }

  private static Tensor inner(Tensor image, long row, long column) {
    return image.narrow(1, row, image.size(1) - 2).narrow(2, column, image.size(2) - 2);
  }

  private static Tensor levels(Tensor image) {
    return image.mul(new Scalar(LEVELS - 1.0)).round();
  }

  private static Tensor posterized(Tensor image, int bits) {
    Scalar step = new Scalar((double) (1 << (8 - bits)));
    return levels(image).div(step).floor().mul(step).div(new Scalar(LEVELS - 1.0));
  }

  /** Stretches each colour to [0,1]. */
  private static Tensor stretched(Tensor image) {
    Tensor lowest = image.amin(new long[] {1, 2}, true);
    Tensor range = image.amax(new long[] {1, 2}, true).sub(lowest);
    Tensor flat = range.le(new Scalar(0.0));
    Tensor divisor = torch.where(flat, torch.ones_like(range), range);
    return torch.where(flat, image, image.sub(lowest).div(divisor));
  }

  private static Tensor equalized(Tensor image) {
    TensorVector colours = new TensorVector();
    Tensor levels = levels(image).to(ScalarType.Long);
    for (int channel = 0; channel < 3; channel++) {
      colours.push_back(equalizedColour(levels.select(0, channel)));
    }
    return torch.stack(colours, 0);
  }

  /** PIL's rule: each level goes to the share of pixels below it. */
  private static Tensor equalizedColour(Tensor levels) {
    Tensor counts = torch.bincount(levels.flatten(), new TensorOptional(), LEVELS);
    long[] count = new long[LEVELS];
    Tensor host = counts.cpu().contiguous();
    new LongPointer(host.data_ptr()).get(count);
    long last = 0;
    for (long each : count) {
      last = each > 0 ? each : last;
    }
    long step = (levels.numel() - last) / (LEVELS - 1);
    double[] table = new double[LEVELS];
    long below = 0;
    for (int level = 0; level < LEVELS; level++) {
      long to = step == 0 ? level : Math.min(LEVELS - 1, (below + step / 2) / step);
      table[level] = to / (LEVELS - 1.0);
      below += count[level];
    }
    return Tensor.create(table).to(levels.options().device(), ScalarType.Float).take(levels);
  }
}
