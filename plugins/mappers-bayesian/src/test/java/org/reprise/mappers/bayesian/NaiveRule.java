package org.reprise.mappers.bayesian;

import org.bytedeco.pytorch.Tensor;
import org.reprise.testkit.TensorAssertions;

/** The rule by plain loops in double precision. */
final class NaiveRule {
  private NaiveRule() {}

  static Tensor matrix(Tensor counts, double laplace) {
    int sources = (int) counts.size(0);
    int targets = (int) counts.size(1);
    double[] joint = TensorAssertions.doubles(counts);
    double[] weights = new double[joint.length];
    for (int s = 0; s < sources; s++) {
      double mass = laplace;
      for (int t = 0; t < targets; t++) {
        mass += joint[s * targets + t];
      }
      for (int t = 0; t < targets; t++) {
        weights[s * targets + t] = mass == 0 ? 0 : joint[s * targets + t] / mass;
      }
    }
    for (int t = 0; t < targets; t++) {
      double mass = 0;
      for (int s = 0; s < sources; s++) {
        mass += weights[s * targets + t];
      }
      for (int s = 0; s < sources; s++) {
        int cell = s * targets + t;
        weights[cell] = mass == 0 ? 1.0 / sources : weights[cell] / mass;
      }
    }
    return Tensor.create(weights, sources, targets);
  }
}
