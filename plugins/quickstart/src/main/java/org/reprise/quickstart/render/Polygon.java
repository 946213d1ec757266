package org.reprise.quickstart.render;

/** A simple polygon; its distance is exact. */
final class Polygon implements Outline {
  private final double[] xs;
  private final double[] ys;

  /**
   * Makes a polygon.
   *
   * @param coordinates x and y of each corner in turn, in either sense of rotation
   */
  Polygon(double... coordinates) {
    xs = new double[coordinates.length / 2];
    ys = new double[xs.length];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = coordinates[2 * i];
      ys[i] = coordinates[2 * i + 1];
    }
  }

  /**
   * Returns a star, its first point at the top.
   *
   * @param points number of points
   * @param inner distance of the notches from the centre; the points are at 1
   * @return a polygon of twice as many corners
   */
  static Polygon star(int points, double inner) {
    double[] coordinates = new double[4 * points];
    for (int i = 0; i < 2 * points; i++) {
      double radius = i % 2 == 0 ? 1 : inner;
      double angle = StrictMath.PI * i / points;
      coordinates[2 * i] = radius * StrictMath.sin(angle);
      coordinates[2 * i + 1] = -radius * StrictMath.cos(angle);
    }
    return new Polygon(coordinates);
  }

  /**
   * Returns a square.
   *
   * @param half half its side
   * @return a square around the centre, its sides upright
   */
  static Polygon square(double half) {
    return new Polygon(-half, -half, half, -half, half, half, -half, half);
  }

  // Nearest point over all edges; the sign flips at each edge that a ray from the point crosses.
  @Override
  public double distance(double x, double y) {
    double nearest = Double.MAX_VALUE;
    boolean inside = false;
    for (int i = 0, j = xs.length - 1; i < xs.length; j = i++) {
      double edgeX = xs[j] - xs[i];
      double edgeY = ys[j] - ys[i];
      double toX = x - xs[i];
      double toY = y - ys[i];
      double along = (toX * edgeX + toY * edgeY) / (edgeX * edgeX + edgeY * edgeY);
      double clamped = Math.max(0, Math.min(1, along));
      double dx = toX - edgeX * clamped;
      double dy = toY - edgeY * clamped;
      nearest = Math.min(nearest, dx * dx + dy * dy);
      boolean above = y >= ys[i];
      boolean below = y < ys[j];
      boolean left = edgeX * toY > edgeY * toX;
      if ((above && below && left) || (!above && !below && !left)) {
        inside = !inside;
      }
    }
    return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
  }
}
