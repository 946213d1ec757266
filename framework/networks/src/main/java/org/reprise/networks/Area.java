package org.reprise.networks;

import java.util.List;
import java.util.stream.Stream;

/**
 * A rectangle of a map.
 *
 * @param rows from top to bottom
 * @param columns from left to right
 */
public record Area(Span rows, Span columns) {

  /**
   * Returns the area of a whole map.
   *
   * @param height rows
   * @param width columns
   */
  public static Area of(int height, int width) {
    return new Area(new Span(0, height), new Span(0, width));
  }

  /** Returns the number of pixels. */
  public long pixels() {
    return (long) rows.length() * columns.length();
  }

  /** Returns the smallest rectangle that holds both. */
  public Area hull(Area other) {
    return new Area(rows.hull(other.rows), columns.hull(other.columns));
  }

  /** Returns what both hold; without pixels where they do not meet. */
  public Area meet(Area other) {
    return new Area(rows.meet(other.rows), columns.meet(other.columns));
  }

  /** Tells whether all pixels of another area are this one's. */
  public boolean holds(Area other) {
    return hull(other).equals(this);
  }

  /** Returns the same area counted from the corner of another. */
  public Area from(Area corner) {
    return new Area(rows.from(corner.rows().from()), columns.from(corner.columns().from()));
  }

  /**
   * Divides what lies around an area.
   *
   * @param inner within this one
   * @return up to four areas: above, below, left and right; this one if the inner has no pixels
   */
  public List<Area> around(Area inner) {
    if (inner.pixels() == 0) {
      return List.of(this);
    }
    return Stream.of(
            new Area(new Span(rows.from(), inner.rows.from()), columns),
            new Area(new Span(inner.rows.to(), rows.to()), columns),
            new Area(inner.rows, new Span(columns.from(), inner.columns.from())),
            new Area(inner.rows, new Span(inner.columns.to(), columns.to())))
        .filter(area -> area.pixels() > 0)
        .toList();
  }
}
