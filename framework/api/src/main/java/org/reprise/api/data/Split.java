package org.reprise.api.data;

import java.util.Locale;

/** The parts of a data set. */
public enum Split {
  /** What prompts and mappings are learned from. */
  TRAIN,
  /** What selects a checkpoint, where the data set brings such a part. */
  VALIDATION,
  /** What accuracy is reported on. */
  TEST;

  /**
   * Returns the name used in files and messages.
   *
   * @return {@code train}, {@code validation} or {@code test}
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
