package org.reprise.api.mapping;

import org.bytedeco.pytorch.Tensor;

/**
 * The joint distribution of predicted source label and true target label, counted batch by batch: J
 * {@code [KS,KT]}.
 *
 * <p>A mapper asks its context for counts once, adds to them in {@code observe}, reads and clears
 * them in {@code refit}, and closes them in its own {@code close}:
 *
 * <pre>{@code
 * MyMapper(LabelMapperContext context) { counts = context.newJointCounts(); }
 *
 * public void observe(Tensor logits, Tensor labels) { counts.addArgmax(logits, labels); }
 *
 * public void refit() {
 *   try (PointerScope scope = new PointerScope()) {
 *     Tensor joint = counts.counts().to(ScalarType.Double); // on the device of the logits
 *     matrix.set(rule(joint).to(ScalarType.Float));         // matrix: a KeptTensor
 *   }
 *   counts.clear();
 * }
 * }</pre>
 *
 * <p>Logits are read where they lie, once, in their own dtype and row stride; there is no need to
 * convert, copy or detach them. Only where the elements of a row are not adjacent is a copy made.
 *
 * <p>The sums do not depend on the order of samples, nor on the number of threads, blocks or
 * workers. Memory is O(KS·KT), whatever the number of samples. One object counts either predictions
 * or sums (top-k probabilities, weights, or both) between two calls of {@link #clear}. Used from
 * one thread at a time; belongs to the mapper that asked its context for it, which closes it.
 *
 * <p>A batch with non-finite logits or a label out of range is not counted, or not completely:
 * after that exception the counts can only be cleared or closed, everything else throws {@link
 * IllegalStateException}. So does a cell that overflows: a sum of probabilities or weights holds
 * 2²⁷ - 1 (134 million) between two clears.
 */
public interface JointCounts extends AutoCloseable {

  /**
   * Counts predictions: {@code J[argmax of the row, label] += 1}; of equal logits the lowest source
   * label wins.
   *
   * @param logits {@code [N,KS]} float32, float16 or bfloat16, any row stride, on any device;
   *     borrowed
   * @param labels {@code [N]} int64 in [0, KT); borrowed
   * @throws org.reprise.api.NonFiniteLogitsException if a row holds NaN or an infinity; on a GPU at
   *     latest at the next {@link #counts}
   * @throws IllegalArgumentException if shapes, dtypes or devices do not fit; if labels are out of
   *     range, on a GPU at latest at the next {@link #counts}
   * @throws IllegalStateException if these counts hold sums, or an earlier batch was bad
   */
  void addArgmax(Tensor logits, Tensor labels);

  /**
   * Sums probabilities: for each of the k largest logits s of a row, {@code J[s, label] +=
   * softmax(row)[s]}. Of equal logits the lowest source labels win. Each probability is rounded to
   * a multiple of 2⁻³⁶ (error at most 2⁻³⁷ a sample) and summed exactly.
   *
   * @param logits as for {@link #addArgmax}
   * @param labels as for {@link #addArgmax}
   * @param k in [1, KS]
   * @throws org.reprise.api.NonFiniteLogitsException as for {@link #addArgmax}
   * @throws IllegalArgumentException as for {@link #addArgmax}, or if k is out of range
   * @throws IllegalStateException if these counts hold predictions, or an earlier batch was bad
   */
  void addTopK(Tensor logits, Tensor labels, int k);

  /**
   * Sums weights that the caller has found itself: {@code J[ids[i,j], labels[i]] += weights[i,j]}
   * for each sample i and each j. A source label that stands several times among a sample's ids is
   * added to several times. Each weight is rounded to a multiple of 2⁻³⁶ (error at most 2⁻³⁷) and
   * summed exactly.
   *
   * @param ids {@code [N,k]} int64 in [0, KS), k at least 1, any strides, on the device of the
   *     counts; borrowed
   * @param weights {@code [N,k]} float32, finite and at least 0, any strides, on the same device;
   *     borrowed
   * @param labels {@code [N]} int64 in [0, KT); borrowed
   * @throws IllegalArgumentException if shapes, dtypes or devices do not fit; if an id, a weight or
   *     a label is out of range, on a GPU at latest at the next {@link #counts}
   * @throws IllegalStateException if these counts hold predictions, or an earlier batch was bad
   */
  void add(Tensor ids, Tensor weights, Tensor labels);

  /**
   * Returns J as counted so far.
   *
   * @return {@code [KS,KT]}: int64 for predictions (also when nothing was counted yet), float64 for
   *     sums; contiguous, on the device of the counts; a snapshot that the caller's scope owns
   * @throws org.reprise.api.NonFiniteLogitsException if a batch on a GPU was bad; names batch and
   *     row
   * @throws IllegalArgumentException likewise, of its labels
   * @throws IllegalStateException if an earlier batch was bad, or a cell has overflowed
   */
  Tensor counts();

  /**
   * Returns how many samples were counted.
   *
   * @return rows added since the last {@link #clear}
   */
  long samples();

  /** Forgets everything counted. */
  void clear();

  /** Frees native memory. */
  @Override
  void close();
}
