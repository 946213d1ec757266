package org.reprise.engine.config;

/** How the network is computed where a prompt says which pixels all samples share. */
public enum Execution {
  /** All pixels of all samples. */
  PLAIN,
  /** What all samples share once a batch, by backbones that can; the same up to rounding. */
  SHARED_BORDER,
  /** One of the two, chosen when a run begins, and kept. */
  AUTO
}
