package org.reprise.api.mapping;

/** When a mapper wants to see (logits, labels) pairs of a pass over the training set. */
public enum Evidence {
  /** One pass before training. */
  ONCE,
  /** One pass before training, then one every epoch. */
  EVERY_EPOCH
}
