package org.reprise.api.run;

/** The passes that a run consists of. */
public enum Stage {
  /** Gathering evidence without training. */
  EVIDENCE,
  /** Training. */
  TRAINING,
  /** Evaluating. */
  EVALUATION
}
