package org.reprise.statistics;

/** What a result allows to say. */
public enum Verdict {
  /** The first is above the second. */
  FIRST_HIGHER,
  /** The second is above the first. */
  SECOND_HIGHER,
  /** The methods are not all alike. */
  DIFFERENT,
  /** The difference is too small to matter. */
  EQUIVALENT,
  /** A difference could have been shown, and was not. */
  NOT_SHOWN,
  /** So few pairs cannot show a difference: nothing may be marked. */
  CANNOT_TELL
}
