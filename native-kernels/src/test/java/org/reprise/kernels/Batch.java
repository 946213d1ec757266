package org.reprise.kernels;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;

/** Random logits and labels in native memory, and what counting them must give. */
final class Batch implements AutoCloseable {

  /** How the logits are drawn. */
  enum Content {
    /** Normal; the 16-bit types bring ties of their own. */
    NORMAL,
    /** Five values only, both zeros among them: ties everywhere. */
    TIES,
    /** All elements of a row equal. */
    EQUAL,
    /** The same source label wins every row. */
    HOT,
    /**
     * One logit so far above the others, which are equal, that each of their exponentials alone
     * would be lost beside its own in float32, and all of them together would not.
     */
    CONFIDENT,
    /** Each longer stretch of a row far above what came before it. */
    RISING,
    /** As large as the type allows, of both signs. */
    HUGE,
    /** Nothing but the smallest number of the type. */
    LOWEST
  }

  final ElementType type;
  final int rows;
  final int sources;
  final int targets;
  final int stride;
  final double[][] values;
  final long[] labelValues;
  final boolean[] nonFinite;
  private final ShortPointer
      memory; // 16-bit units, so that rows can be aligned to 2 or 4 bytes only
  private final int offset;
  private final LongPointer labelMemory;

  Batch(Random random, ElementType type, int rows, int sources, int targets, Content content) {
    this.type = type;
    this.rows = rows;
    this.sources = sources;
    this.targets = targets;
    stride = random.nextBoolean() ? sources : sources + random.nextInt(9);
    int units = type.bytes() / 2;
    offset = random.nextInt(8) * units;
    values = new double[rows][sources];
    labelValues = random.longs(rows, 0, targets).toArray();
    nonFinite = new boolean[rows];
    // Exactly as long as it must be, so that a sanitizer sees an access past the last row.
    memory = new ShortPointer(offset + (Math.max(0, rows - 1L) * stride + sources) * units);
    labelMemory = new LongPointer(Math.max(1, rows));
    labelMemory.put(labelValues, 0, rows);
    int hot = random.nextInt(sources);
    for (int i = 0; i < rows; i++) {
      int one = draw(random, Content.NORMAL);
      for (int s = 0; s < sources; s++) {
        int bits =
            switch (content) {
              case EQUAL -> one;
              case CONFIDENT -> encode(s == hot ? 18.375f : 0);
              case RISING -> encode((float) (s * 0.05 + random.nextGaussian()));
              default -> draw(random, content);
            };
        put(i, s, content == Content.HOT && s == hot ? encode(20) : bits);
      }
    }
  }

  private int draw(Random random, Content content) {
    return switch (content) {
      case NORMAL, HOT -> encode((float) (2 * random.nextGaussian()));
      case TIES -> encode(new float[] {-1, -0f, 0f, 0.5f, 1}[random.nextInt(5)]);
      case EQUAL, CONFIDENT, RISING ->
          throw new IllegalArgumentException("depends on more than chance");
      case HUGE -> (random.nextBoolean() ? 0 : signBit()) | (largest() - random.nextInt(3));
      case LOWEST -> signBit() | largest();
    };
  }

  private int signBit() {
    return type == ElementType.FLOAT32 ? 1 << 31 : 1 << 15;
  }

  private int largest() {
    return switch (type) {
      case FLOAT32 -> 0x7f7fffff;
      case FLOAT16 -> 0x7bff;
      case BFLOAT16 -> 0x7f7f;
    };
  }

  /** Overwrites an element by its bits. */
  void put(int row, int source, int bits) {
    values[row][source] = decode(bits);
    nonFinite[row] |= !Double.isFinite(values[row][source]);
    long at = offset + ((long) row * stride + source) * (type.bytes() / 2);
    memory.put(at, (short) bits);
    if (type == ElementType.FLOAT32) {
      memory.put(at + 1, (short) (bits >>> 16));
    }
  }

  void putLabel(int row, long label) {
    labelValues[row] = label;
    labelMemory.put(row, label);
  }

  /** Bits of NaN (0), infinity (1) or minus infinity (2). */
  int special(int which) {
    int infinity = largest() + 1;
    if (type == ElementType.BFLOAT16) {
      infinity = 0x7f80;
    } else if (type == ElementType.FLOAT32) {
      infinity = 0x7f800000;
    }
    return which == 0 ? infinity + 1 : which == 1 ? infinity : infinity | signBit();
  }

  private int encode(float value) {
    int bits = Float.floatToRawIntBits(value);
    return switch (type) {
      case FLOAT32 -> bits;
      case BFLOAT16 -> bits >>> 16;
      case FLOAT16 -> {
        int magnitude = (bits & 0x7fffffff) >>> 13;
        int rebased = magnitude - (112 << 10);
        // Too small for a normal number: some subnormal one.
        yield (bits >>> 16 & 0x8000)
            | (rebased < 1024 ? magnitude & 0x3ff & -Integer.signum(magnitude) : rebased);
      }
    };
  }

  private double decode(int bits) {
    return switch (type) {
      case FLOAT32 -> Float.intBitsToFloat(bits);
      case BFLOAT16 -> Float.intBitsToFloat(bits << 16);
      case FLOAT16 -> {
        int exponent = bits >>> 10 & 31;
        double fraction = bits & 0x3ff;
        double magnitude =
            exponent == 0
                ? Math.scalb(fraction, -24)
                : exponent < 31
                    ? Math.scalb(1024 + fraction, exponent - 25)
                    : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        yield (bits & 0x8000) == 0 ? magnitude : -magnitude;
      }
    };
  }

  Logits logits() {
    return new Logits(rows == 0 ? null : at(memory, offset), type, rows, sources, stride);
  }

  Labels labels() {
    return new Labels(rows == 0 ? null : labelMemory, rows);
  }

  private static Pointer at(ShortPointer memory, long position) {
    return new ShortPointer(memory).position(position);
  }

  private boolean counted(int row) {
    return !nonFinite[row] && labelValues[row] >= 0 && labelValues[row] < targets;
  }

  /** The status that counting must leave. */
  CountStatus expectedStatus(long firstRow) {
    long[] s = CountStatus.cleared();
    for (int i = rows - 1; i >= 0; i--) {
      if (nonFinite[i]) {
        s[0]++;
        s[1] = firstRow + i;
      }
      if (labelValues[i] < 0 || labelValues[i] >= targets) {
        s[2]++;
        s[3] = firstRow + i;
      }
    }
    return CountStatus.of(s);
  }

  /** Adds what argmax must count to {@code [targets, sources]}. */
  void addArgmax(long[] expected) {
    for (int i = 0; i < rows; i++) {
      if (!counted(i)) {
        continue;
      }
      int best = 0;
      for (int s = 1; s < sources; s++) {
        if (values[i][s] > values[i][best]) {
          best = s;
        }
      }
      expected[(int) (labelValues[i] * sources) + best]++;
    }
  }

  /**
   * Adds the k largest probabilities, in double precision, to {@code [targets, sources]}, and the
   * error that counting may make to another: 2⁻³⁷ by the grid and 10⁻⁶ of the probability by the
   * softmax (float32 exponentials, some units in the last place, and the roundings of their sum;
   * the difference to the maximum is rounded to float32 as well).
   */
  void addTopK(int k, double[] expected, double[] tolerance) {
    for (int i = 0; i < rows; i++) {
      if (!counted(i)) {
        continue;
      }
      double[] x = values[i];
      double max = Arrays.stream(x).max().orElseThrow();
      double sum = Arrays.stream(x).map(v -> Math.exp(v - max)).sum();
      // Sorting is stable, hence equal logits stay in the order of their labels; + 0.0 turns -0.0
      // into 0.0.
      int[] order =
          IntStream.range(0, sources)
              .boxed()
              .sorted((a, b) -> Double.compare(x[b] + 0.0, x[a] + 0.0))
              .limit(k)
              .mapToInt(Integer::intValue)
              .toArray();
      for (int s : order) {
        int cell = (int) (labelValues[i] * sources) + s;
        double p = Math.exp(x[s] - max) / sum;
        expected[cell] += p;
        tolerance[cell] += p * (1e-6 + (max - x[s]) * 0x1p-24) + 0x1p-37;
      }
    }
  }

  @Override
  public void close() {
    memory.close();
    labelMemory.close();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s N=%d KS=%d KT=%d stride=%d offset=%d",
        type,
        rows,
        sources,
        targets,
        stride,
        offset);
  }
}
