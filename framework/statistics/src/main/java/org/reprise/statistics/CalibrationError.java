package org.reprise.statistics;

/**
 * The expected calibration error (Naeini et al., AAAI 2015; Guo et al., ICML 2017): how far the
 * probability of the predicted class is from the share of right predictions, over bins of equal
 * width, weighted by their images.
 */
public final class CalibrationError {
  private final int bins;

  /**
   * Makes the figure.
   *
   * @param bins how many bins divide 0 to 1, at least 1; 15 is usual. Bin m of M holds the
   *     probabilities above (m - 1) / M up to and with m / M; 0 is in the first
   * @throws IllegalArgumentException if there is none
   */
  public CalibrationError(int bins) {
    this.bins = Inputs.within("bins", bins, 1, 100_000);
  }

  /**
   * Computes the error.
   *
   * @param probabilities the probability of the predicted class of each image, 0 to 1; at least one
   * @param correct whether each prediction is right, in the same order
   * @return the error, 0 to 1
   * @throws IllegalArgumentException if the lengths differ, there is no image, or a probability is
   *     NaN or out of range
   */
  public double of(double[] probabilities, boolean[] correct) {
    Inputs.sameLength("probabilities", probabilities.length, "correct", correct.length);
    Inputs.atLeast("the number of images", correct.length, 1);
    double[] excess = new double[bins]; // probabilities minus right ones, summed
    for (int i = 0; i < correct.length; i++) {
      double p = probabilities[i];
      if (!(p >= 0 && p <= 1)) {
        throw Inputs.outside("probabilities[" + i + "]", p, 0, 1);
      }
      int bin = Math.min(bins - 1, (int) (p * bins));
      if (bin > 0 && p <= (double) bin / bins) {
        bin--; // on the border to the bin below, which the border belongs to
      }
      excess[bin] += p - (correct[i] ? 1 : 0);
    }
    double sum = 0;
    for (double difference : excess) {
      sum += Math.abs(difference);
    }
    return sum / correct.length;
  }
}
