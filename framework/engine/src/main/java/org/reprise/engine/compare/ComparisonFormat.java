package org.reprise.engine.compare;

/** A way to write a comparison. */
@FunctionalInterface
public interface ComparisonFormat {
  /**
   * Writes it.
   *
   * @param comparison what was compared
   * @return the text, ending in a line feed; equal comparisons give equal texts
   */
  String write(Comparison comparison);
}
