package org.reprise.engine.training;

/** What an epoch's time goes into. */
public enum Phase {
  /** Gathering batches. */
  DATA,
  /** The input prompt, forward. */
  PROMPT,
  /** The network, forward. */
  FORWARD,
  /** Mapping and loss. */
  MAPPING,
  /** All gradients. */
  BACKWARD,
  /** Moving the parameters. */
  OPTIMIZER,
  /** Taking in evidence; with the standard edition the whole extra pass. */
  EVIDENCE,
  /** Making the mapping from the evidence. */
  REFIT,
  /** Evaluation. */
  EVALUATION
}
