package org.reprise.mappers.bayesian;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * From joint counts J to the mapping matrix omega: row s is divided by (its sum + lambda), then
 * each column by its sum.
 *
 * <p>Where that would divide by zero the answer is defined: a row whose sum + lambda is 0 is a row
 * of zeros, a column without mass becomes uniform, 1/KS.
 */
final class BayesianMatrix {
  private BayesianMatrix() {}

  /**
   * Estimates omega in float64 on the counts' own device.
   *
   * @param counts J {@code [KS,KT]} float64, none negative; overwritten, since a copy of the
   *     largest tasks' is 100 MB
   * @param laplace lambda, 0 or more
   * @return omega, {@code [KS,KT]} float64, every column of sum 1: {@code counts} overwritten
   */
  static Tensor estimate(Tensor counts, double laplace) {
    Tensor rowMass = sum(counts, 1).add_(new Scalar(laplace));
    // the entries of an empty row are 0, so any divisor but 0 gives the row of zeros
    Tensor weights = counts.div_(rowMass.masked_fill_(isZero(rowMass), new Scalar(1.0)));
    Tensor columnMass = sum(weights, 0);
    Tensor empty = isZero(columnMass);
    weights.div_(columnMass.masked_fill_(empty, new Scalar(1.0)));
    return weights.masked_fill_(empty, new Scalar(1.0 / counts.size(0)));
  }

  private static Tensor sum(Tensor tensor, long dimension) {
    return tensor.sum(new long[] {dimension}, true, new ScalarTypeOptional());
  }

  private static Tensor isZero(Tensor tensor) {
    return tensor.eq(new Scalar(0.0));
  }
}
