package org.reprise.api.training;

/** Which optimiser moves a parameter group, in PyTorch's terms. */
public sealed interface OptimizerSpec {

  /**
   * Returns the learning rate before any schedule.
   *
   * @return the initial learning rate, positive
   */
  double lr();

  /**
   * Adam with betas 0.9 and 0.999, epsilon 1e-8 and no weight decay, as {@code torch.optim.Adam} by
   * default (Kingma and Ba, 2015, algorithm 1).
   *
   * @param lr initial learning rate
   */
  record Adam(double lr) implements OptimizerSpec {}

  /**
   * Stochastic gradient descent as {@code torch.optim.SGD}: {@code v = momentum * v + g; p -= lr *
   * v}.
   *
   * @param lr initial learning rate
   * @param momentum 0 or more, below 1
   */
  record Sgd(double lr, double momentum) implements OptimizerSpec {}
}
