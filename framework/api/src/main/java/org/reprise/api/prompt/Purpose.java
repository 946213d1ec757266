package org.reprise.api.prompt;

/** What a prompted batch is for. */
public enum Purpose {
  /** Images to learn from. */
  TRAINING,
  /** Images of the training split, of which a mapping is estimated; nothing may learn from them. */
  EVIDENCE,
  /** Images to predict. */
  EVALUATION
}
