package org.reprise.testkit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.JointCounts;

/**
 * Joint counts by plain loops in double precision: the definition that faster implementations are
 * compared with. Probabilities are those of an exact softmax of the logits; neither they nor
 * weights are rounded to 2⁻³⁶.
 */
public final class OracleJointCounts implements JointCounts {
  private enum Kind {
    NOTHING,
    PREDICTIONS,
    SUMS
  }

  private final int sourceLabels;
  private final int targetLabels;
  private final double[] sums;
  private Kind kind = Kind.NOTHING;
  private long samples;

  /**
   * Makes empty counts on the CPU.
   *
   * @param sourceLabels KS
   * @param targetLabels KT
   */
  public OracleJointCounts(int sourceLabels, int targetLabels) {
    this.sourceLabels = sourceLabels;
    this.targetLabels = targetLabels;
    this.sums = new double[Math.multiplyExact(sourceLabels, targetLabels)];
  }

  @Override
  public void addArgmax(Tensor logits, Tensor labels) {
    begin(Kind.PREDICTIONS, logits, labels);
    forEachRow(
        logits,
        labels,
        (row, label) ->
            sums[descending(row).findFirst().orElseThrow() * targetLabels + label] += 1.0);
  }

  @Override
  public void addTopK(Tensor logits, Tensor labels, int k) {
    if (k < 1 || k > sourceLabels) {
      throw new IllegalArgumentException("k is in [1, " + sourceLabels + "], not " + k);
    }
    begin(Kind.SUMS, logits, labels);
    forEachRow(
        logits,
        labels,
        (row, label) -> {
          double[] probabilities = softmax(row);
          descending(row)
              .limit(k)
              .forEach(source -> sums[source * targetLabels + label] += probabilities[source]);
        });
  }

  @Override
  public void add(Tensor ids, Tensor weights, Tensor labels) {
    requireKind(Kind.SUMS);
    long[] shape = TensorAssertions.shape(ids);
    if (shape.length != 2
        || shape[1] < 1
        || !Arrays.equals(TensorAssertions.shape(weights), shape)
        || !Arrays.equals(TensorAssertions.shape(labels), new long[] {shape[0]})
        || ids.scalar_type().intern() != ScalarType.Long
        || weights.scalar_type().intern() != ScalarType.Float
        || labels.scalar_type().intern() != ScalarType.Long) {
      throw new IllegalArgumentException(
          "ids " + Arrays.toString(shape) + ", weights and labels do not fit each other");
    }
    kind = Kind.SUMS;
    double[] sources;
    double[] added;
    double[] targets;
    try (PointerScope scope = new PointerScope()) {
      sources = TensorAssertions.doubles(ids);
      added = TensorAssertions.doubles(weights);
      targets = TensorAssertions.doubles(labels);
    }
    int ofRow = (int) shape[1];
    for (int i = 0; i < sources.length; i++) {
      int label = label(targets[i / ofRow]);
      if (sources[i] < 0 || sources[i] >= sourceLabels) {
        throw new IllegalArgumentException(
            "id " + sources[i] + " is not in [0, " + sourceLabels + ")");
      }
      if (!(added[i] >= 0 && added[i] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException("weight " + added[i] + " is not finite and at least 0");
      }
      sums[(int) sources[i] * targetLabels + label] += added[i];
    }
    samples += targets.length;
  }

  @Override
  public Tensor counts() {
    if (kind == Kind.SUMS) {
      return Tensor.create(sums, sourceLabels, targetLabels);
    }
    return Tensor.create(
        Arrays.stream(sums).mapToLong(count -> (long) count).toArray(), sourceLabels, targetLabels);
  }

  @Override
  public long samples() {
    return samples;
  }

  @Override
  public void clear() {
    Arrays.fill(sums, 0.0);
    samples = 0;
    kind = Kind.NOTHING;
  }

  @Override
  public void close() {}

  private interface Row {
    void add(double[] logits, int label);
  }

  private void requireKind(Kind wanted) {
    if (kind != wanted && kind != Kind.NOTHING) {
      throw new IllegalStateException("predictions and sums are not counted together");
    }
  }

  private int label(double label) {
    if (!(label >= 0 && label < targetLabels)) {
      throw new IllegalArgumentException(
          "label " + (long) label + " is not in [0, " + targetLabels + ")");
    }
    return (int) label;
  }

  private void begin(Kind wanted, Tensor logits, Tensor labels) {
    requireKind(wanted);
    long[] shape = TensorAssertions.shape(logits);
    if (shape.length != 2
        || shape[1] != sourceLabels
        || !Arrays.equals(TensorAssertions.shape(labels), new long[] {shape[0]})
        || labels.scalar_type().intern() != ScalarType.Long) {
      throw new IllegalArgumentException(
          "logits "
              + Arrays.toString(shape)
              + " and labels "
              + Arrays.toString(TensorAssertions.shape(labels))
              + " do not fit KS "
              + sourceLabels);
    }
    kind = wanted;
  }

  private void forEachRow(Tensor logits, Tensor labels, Row consumer) {
    double[] values;
    double[] targets;
    try (PointerScope scope = new PointerScope()) {
      values = TensorAssertions.doubles(logits);
      targets = TensorAssertions.doubles(labels);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new NonFiniteLogitsException("row " + i / sourceLabels + " holds " + values[i]);
      }
    }
    for (int i = 0; i < targets.length; i++) {
      consumer.add(
          Arrays.copyOfRange(values, i * sourceLabels, (i + 1) * sourceLabels), label(targets[i]));
      samples++;
    }
  }

  /** All indices by falling value, those of equal values by rising index; both zeros are equal. */
  private static Stream<Integer> descending(double[] row) {
    return IntStream.range(0, row.length)
        .boxed()
        .sorted(Comparator.comparingDouble(source -> 0.0 - row[source]));
  }

  private static double[] softmax(double[] row) {
    double largest = Arrays.stream(row).max().orElseThrow();
    double[] exponentials = Arrays.stream(row).map(logit -> Math.exp(logit - largest)).toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(exponential -> exponential / sum).toArray();
  }
}
