package org.reprise.engine.compare;

import org.reprise.statistics.Verdict;

/**
 * A sentence on what a comparison shows.
 *
 * @param kind what is paired
 * @param text the sentence
 * @param verdict what it allows to say
 * @param source which records its numbers are from
 */
public record Claim(Kind kind, String text, Verdict verdict, String source) {
  /** What is paired in a test. */
  public enum Kind {
    /** Data sets: two columns on each of them. */
    DATA_SETS,
    /** Data sets: the ranks of all columns on each of them. */
    RANKS,
    /** Seeds: two columns on one data set. */
    SEEDS,
    /** Images: two runs on one test split. */
    IMAGES
  }
}
