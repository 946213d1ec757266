package org.reprise.api.run;

import org.bytedeco.pytorch.Tensor;

/**
 * What an evaluation found. Its tensors lie in host memory and are borrowed: they are valid while
 * the event that brings them is handled.
 *
 * @param samples N, at least 1
 * @param correct samples whose largest target logit is their label's; of equal logits the lowest
 *     target label wins
 * @param meanLoss mean cross entropy
 * @param confusion {@code [KT,KT]} int64: how often label t (row) was predicted as p (column)
 * @param predictions {@code [N]} int64, in the order of the samples
 * @param probabilities {@code [N]} float32: softmax probability of the prediction
 */
public record Evaluation(
    long samples,
    long correct,
    double meanLoss,
    Tensor confusion,
    Tensor predictions,
    Tensor probabilities) {

  /**
   * Returns the accuracy.
   *
   * @return share of samples predicted right, in [0,1]
   */
  public double accuracy() {
    return (double) correct / samples;
  }
}
