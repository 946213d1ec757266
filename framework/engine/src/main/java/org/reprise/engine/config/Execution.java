package org.reprise.engine.config;

/** How the network is computed where a prompt says which pixels all samples share. */
public enum Execution {
  /** All pixels of all samples. */
  PLAIN,
  /** What all samples share once a batch, by backbones that can; the same up to rounding. */
  SHARED_BORDER
}
