package org.reprise.networks;

/**
 * Consecutive rows or columns of a map. Negative numbers and numbers beyond the map are its
 * padding.
 *
 * @param from first
 * @param to one more than the last; not less than {@code from}
 */
public record Span(int from, int to) {

  /** Checks the order. */
  public Span {
    if (to < from) {
      throw new IllegalArgumentException("a span from " + from + " to " + to);
    }
  }

  /** Returns the number of rows or columns. */
  public int length() {
    return to - from;
  }

  /** Returns the smallest span that holds both. */
  public Span hull(Span other) {
    return new Span(Math.min(from, other.from), Math.max(to, other.to));
  }

  /** Returns what both hold; empty, at an end of this one, where they do not meet. */
  public Span meet(Span other) {
    int start = Math.min(Math.max(from, other.from), to);
    return new Span(start, Math.max(start, Math.min(to, other.to)));
  }

  /** Returns the same span counted from another origin. */
  public Span from(int origin) {
    return new Span(from - origin, to - origin);
  }
}
