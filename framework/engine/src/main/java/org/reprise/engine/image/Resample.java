package org.reprise.engine.image;

import org.reprise.api.data.ImagePreparation.Interpolation;
import org.reprise.api.data.ImageSize;

/**
 * PIL's resize of 8-bit images, to the last bit: first along rows, then along columns, each result
 * rounded to 8 bits. A filter that shrinks is widened by the factor (antialias); its weights are
 * made in double precision, divided by their sum, and rounded to 22 binary places. Thread-safe.
 */
final class Resample {
  private static final int PLACES = 22;
  private static final int HALF = 1 << (PLACES - 1);

  private Resample() {}

  /**
   * Resizes an image and returns a window of the result; the rest is not computed.
   *
   * @param image any size; not modified
   * @param size of the whole result
   * @param interpolation the filter
   * @param top first row of the window, at least 0
   * @param left first column of the window, at least 0
   * @param window its size; it lies within {@code size}
   * @return the window; {@code image} itself where that is the result
   */
  static RgbImage resize(
      RgbImage image,
      ImageSize size,
      Interpolation interpolation,
      int top,
      int left,
      ImageSize window) {
    if (image.size().equals(size) && image.size().equals(window)) {
      return image;
    }
    Weights rows =
        Weights.of(interpolation, image.size().height(), size.height(), top, window.height());
    Weights columns =
        Weights.of(interpolation, image.size().width(), size.width(), left, window.width());
    int first = rows.start(0);
    int last = rows.end(window.height() - 1);
    int[] narrowed = alongRows(image, columns, first, last);
    return new RgbImage(alongColumns(narrowed, rows, first, 3 * window.width()), window);
  }

  // The channels are interleaved; three sums at once keep the weights in registers.
  private static int[] alongRows(RgbImage image, Weights columns, int first, int last) {
    byte[] pixels = image.rgb();
    int stride = 3 * image.size().width();
    int[] result = new int[Math.multiplyExact(last - first, 3 * columns.count())];
    int[] weights = columns.values;
    int out = 0;
    for (int y = first; y < last; y++) {
      int row = y * stride;
      for (int x = 0; x < columns.count(); x++) {
        int in = row + 3 * columns.start(x);
        int end = row + 3 * columns.end(x);
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (int weight = x * columns.taps; in < end; in += 3, weight++) {
          int w = weights[weight];
          red += (pixels[in] & 0xff) * w;
          green += (pixels[in + 1] & 0xff) * w;
          blue += (pixels[in + 2] & 0xff) * w;
        }
        result[out] = level(red);
        result[out + 1] = level(green);
        result[out + 2] = level(blue);
        out += 3;
      }
    }
    return result;
  }

  // Whole rows of ints, so that the compiler makes vector instructions of the inner loops.
  private static byte[] alongColumns(int[] pixels, Weights rows, int first, int stride) {
    byte[] result = new byte[Math.multiplyExact(rows.count(), stride)];
    int[] sums = new int[stride];
    for (int y = 0; y < rows.count(); y++) {
      java.util.Arrays.fill(sums, HALF);
      for (int in = rows.start(y), weight = y * rows.taps; in < rows.end(y); in++, weight++) {
        add(sums, pixels, (in - first) * stride, rows.values[weight]);
      }
      int out = y * stride;
      for (int x = 0; x < stride; x++) {
        result[out + x] = (byte) level(sums[x]);
      }
    }
    return result;
  }

  private static void add(int[] sums, int[] pixels, int offset, int weight) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += pixels[offset + x] * weight;
    }
  }

  private static int level(int sum) {
    return Math.max(0, Math.min(255, sum >> PLACES));
  }

  /** Which inputs make up each output of a row or column, and with what weight. */
  private static final class Weights {
    private final int taps;
    private final int[] starts;
    private final int[] ends;
    private final int[] values;

    private Weights(int taps, int count) {
      this.taps = taps;
      this.starts = new int[count];
      this.ends = new int[count];
      this.values = new int[Math.multiplyExact(taps, count)];
    }

    int count() {
      return starts.length;
    }

    int start(int output) {
      return starts[output];
    }

    int end(int output) {
      return ends[output];
    }

    /**
     * Makes the weights of outputs {@code first} to {@code first + count - 1} of {@code to}, all
     * made from {@code from} inputs.
     */
    static Weights of(Interpolation interpolation, int from, int to, int first, int count) {
      if (from == to) {
        return identity(first, count);
      }
      double scale = (double) from / to;
      double widening = Math.max(1, scale);
      double support = (interpolation == Interpolation.BILINEAR ? 1 : 2) * widening;
      Weights weights = new Weights(2 * (int) Math.ceil(support) + 1, count);
      double[] exact = new double[weights.taps];
      for (int i = 0; i < count; i++) {
        double center = (first + i + 0.5) * scale;
        int start = Math.max(0, (int) (center - support + 0.5));
        int end = Math.min(from, (int) (center + support + 0.5));
        double inverse = 1 / widening;
        double sum = 0;
        for (int x = start; x < end; x++) {
          double weight = filter(interpolation, (x - center + 0.5) * inverse);
          exact[x - start] = weight;
          sum += weight;
        }
        weights.starts[i] = start;
        weights.ends[i] = end;
        for (int x = 0; x < end - start; x++) {
          double weight = sum == 0 ? exact[x] : exact[x] / sum;
          weights.values[i * weights.taps + x] =
              (int) (Math.copySign(0.5, weight) + weight * (1 << PLACES));
        }
      }
      return weights;
    }

    private static Weights identity(int first, int count) {
      Weights weights = new Weights(1, count);
      for (int i = 0; i < count; i++) {
        weights.starts[i] = first + i;
        weights.ends[i] = first + i + 1;
        weights.values[i] = 1 << PLACES;
      }
      return weights;
    }

    private static double filter(Interpolation interpolation, double distance) {
      double x = Math.abs(distance);
      if (interpolation == Interpolation.BILINEAR) {
        return x < 1 ? 1 - x : 0;
      }
      // Keys' cubic convolution with a = -0.5, in Horner's form.
      double a = -0.5;
      if (x < 1) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
  }
}
