package org.reprise.quickstart.render;

/** The border of a shape, as a signed distance. */
@FunctionalInterface
interface Outline {

  /**
   * Measures how far a point is from the border.
   *
   * @param x to the right, in units of the shape's radius, the centre at 0
   * @param y downwards, likewise
   * @return distance in the same unit, negative inside; exact or a lower bound near the border
   */
  double distance(double x, double y);

  /**
   * Returns a disc.
   *
   * @param centerX centre
   * @param centerY centre
   * @param radius its radius
   * @return the disc
   */
  static Outline disc(double centerX, double centerY, double radius) {
    return (x, y) -> {
      double dx = x - centerX;
      double dy = y - centerY;
      return Math.sqrt(dx * dx + dy * dy) - radius;
    };
  }

  /**
   * Joins two outlines.
   *
   * @param other the other one
   * @return what lies in either
   */
  default Outline or(Outline other) {
    return (x, y) -> Math.min(distance(x, y), other.distance(x, y));
  }

  /**
   * Cuts another outline out of this one.
   *
   * @param other the other one
   * @return what lies in this one only
   */
  default Outline without(Outline other) {
    return (x, y) -> Math.max(distance(x, y), -other.distance(x, y));
  }
}
