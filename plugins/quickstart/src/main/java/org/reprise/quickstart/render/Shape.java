package org.reprise.quickstart.render;

import java.util.Locale;

/** The shapes. Each fits into the circle of radius 1 around its centre, but for a few corners. */
public enum Shape {
  TRIANGLE(new Polygon(0, -1, 0.866, 0.5, -0.866, 0.5)),
  SQUARE(Polygon.square(0.72)),
  STAR4(Polygon.star(4, 0.36)),
  STAR5(Polygon.star(5, 0.44)),
  DISC(Outline.disc(0, 0, 0.85)),
  ELLIPSE((x, y) -> 0.48 * (Math.sqrt(x * x + y * y / (0.48 * 0.48)) - 1)),
  RING(Outline.disc(0, 0, 0.95).without(Outline.disc(0, 0, 0.5))),
  FRAME(Polygon.square(0.8).without(Polygon.square(0.4))),
  PLUS(
      new Polygon(
          -0.28, -1, 0.28, -1, 0.28, -0.28, 1, -0.28, 1, 0.28, 0.28, 0.28, 0.28, 1, -0.28, 1, -0.28,
          0.28, -1, 0.28, -1, -0.28, -0.28, -0.28)),
  TEE(
      new Polygon(
          -0.9, -0.85, 0.9, -0.85, 0.9, -0.3, 0.28, -0.3, 0.28, 0.9, -0.28, 0.9, -0.28, -0.3, -0.9,
          -0.3)),
  CRESCENT(Outline.disc(0, 0, 0.95).without(Outline.disc(0.5, 0, 0.75))),
  HALF_DISC((x, y) -> Math.max(Math.sqrt(x * x + (y - 0.45) * (y - 0.45)) - 1, y - 0.45)),
  ARROW(new Polygon(0, -1, 0.8, -0.1, 0.28, -0.1, 0.28, 0.9, -0.28, 0.9, -0.28, -0.1, -0.8, -0.1)),
  CHEVRON(new Polygon(0, -0.75, 0.9, 0.15, 0.9, 0.75, 0, -0.1, -0.9, 0.75, -0.9, 0.15)),
  HEART(
      Outline.disc(-0.43, -0.3, 0.48)
          .or(Outline.disc(0.43, -0.3, 0.48))
          .or(new Polygon(0, -0.4, 0.82, -0.02, 0, 0.95, -0.82, -0.02))),
  DROP(Outline.disc(0, 0.35, 0.6).or(new Polygon(0, -1, 0.54, 0.09, 0, 0.35, -0.54, 0.09)));

  /** No shape has a point further from its centre. */
  static final double REACH = 1.25;

  private final Outline outline;

  Shape(Outline outline) {
    this.outline = outline;
  }

  /**
   * Measures how far a point is from the border.
   *
   * @param x to the right of the centre, in units of the shape's radius
   * @param y below the centre, likewise
   * @return signed distance in that unit, negative inside
   */
  public double distance(double x, double y) {
    return outline.distance(x, y);
  }

  /**
   * Returns the name used in labels.
   *
   * @return lower case, words joined by {@code -}
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
