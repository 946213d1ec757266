package org.reprise.updaterules;

/** How a weight decay enters an update. */
enum WeightDecay {
  /** Added to the gradient, so that averages of gradients see it. */
  IN_GRADIENT,
  /** The parameter itself shrinks, by learning rate times weight decay. */
  DECOUPLED
}
