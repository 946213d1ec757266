package org.reprise.mappers.transport;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The plan that carries source labels to target labels. The cost of carrying s to t is {@code -log
 * J[s,t]}; every target label receives the same, and source label s of mass m sends m / (m +
 * lambda), brought to the same total. The plan minimises cost minus epsilon times entropy: it is
 * {@code diag(u) · J^(1/epsilon) · diag(v)}, and u and v are found by scaling rows and columns in
 * turn (Cuturi, "Sinkhorn Distances", NeurIPS 2013). Omega is the plan with columns of sum 1.
 *
 * <p>With epsilon 1, scaling once gives the matrix of {@code blm}: what it begins, this goes on
 * with until rows and columns agree.
 *
 * <p>A source label without mass sends nothing; a target label without mass gets all source labels
 * alike, 1/KS.
 */
final class TransportPlan {
  private TransportPlan() {}

  /**
   * Estimates omega in float64 on the counts' own device.
   *
   * @param counts J {@code [KS,KT]} float64, none negative; overwritten
   * @param options epsilon, lambda and how often to scale
   * @return omega, {@code [KS,KT]} float64, every column of sum 1
   */
  static Tensor estimate(Tensor counts, TransportOptions options) {
    Tensor mass = sum(counts, 1);
    Tensor sent = mass.div(mass.add(new Scalar(options.laplace())));
    sent = sent.masked_fill_(isZero(mass), new Scalar(0.0));
    Tensor unseen = isZero(sum(counts, 0));
    // rows and columns send the same in all: else u would shrink or grow with every scaling
    Tensor seen = unseen.logical_not().sum().to(ScalarType.Double);
    sent = sent.mul_(seen.div(filled(sent.sum())));
    // a column may be of any scale, which v takes back; its largest entry is 1, so that no power
    // of it is out of a double's range
    Tensor largest = counts.amax(new long[] {0}, true);
    Scalar power = new Scalar(1 / options.epsilon());
    Tensor kernel = counts.div_(filled(largest)).pow_(power);
    Tensor v = largest.div(filled(largest.max())).pow_(power).t(); // J itself, to begin with
    Tensor u = sent;
    for (int i = 0; i < options.iterations(); i++) {
      u = sent.div(filled(kernel.matmul(v)));
      v = filled(kernel.t().matmul(u)).reciprocal();
    }
    return kernel.mul_(u).mul_(v.t()).masked_fill_(unseen, new Scalar(1.0 / counts.size(0)));
  }

  private static Tensor sum(Tensor tensor, long dimension) {
    return tensor.sum(new long[] {dimension}, true, new ScalarTypeOptional());
  }

  /** Puts 1 for 0, where the other factor of a quotient is 0 anyway. */
  private static Tensor filled(Tensor divisors) {
    return divisors.masked_fill(isZero(divisors), new Scalar(1.0));
  }

  private static Tensor isZero(Tensor tensor) {
    return tensor.eq(new Scalar(0.0));
  }
}
