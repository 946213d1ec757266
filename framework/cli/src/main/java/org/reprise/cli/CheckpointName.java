package org.reprise.cli;

import java.util.Locale;

/** The checkpoints a run keeps. */
enum CheckpointName {
  /** The one that the experiment's selection chose. */
  BEST,
  /** The one of the last epoch. */
  LAST;

  String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
