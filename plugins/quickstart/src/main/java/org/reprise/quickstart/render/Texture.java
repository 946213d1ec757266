package org.reprise.quickstart.render;

import java.util.Locale;

/** How a shape is filled: the share of the accent colour at each of its points. */
public enum Texture {
  /** One colour. */
  SOLID {
    @Override
    double accent(double x, double y, double distance, double pixel) {
      return 0;
    }
  },
  /** A rim in the accent colour. */
  BORDERED {
    @Override
    double accent(double x, double y, double distance, double pixel) {
      return coverage(-0.22 - distance, pixel);
    }
  },
  /** Bars across the shape. */
  STRIPED {
    @Override
    double accent(double x, double y, double distance, double pixel) {
      return bars(y, pixel);
    }
  },
  /** A checkerboard. */
  CHECKERED {
    @Override
    double accent(double x, double y, double distance, double pixel) {
      double columns = bars(x + PERIOD / 4, pixel);
      double rows = bars(y + PERIOD / 4, pixel);
      return columns + rows - 2 * columns * rows;
    }
  },
  /** From one colour to the other across the shape. */
  FADED {
    @Override
    double accent(double x, double y, double distance, double pixel) {
      return Math.max(0, Math.min(1, 0.5 + 0.6 * x));
    }
  },
  /** From one colour in the middle to the other at the border. */
  GLOWING {
    @Override
    double accent(double x, double y, double distance, double pixel) {
      return Math.max(0, Math.min(1, 1 + 2 * distance));
    }
  },
  /** Dots in rows. */
  DOTTED {
    @Override
    double accent(double x, double y, double distance, double pixel) {
      double dx = Math.abs(fraction(x / PERIOD) - 0.5) * PERIOD;
      double dy = Math.abs(fraction(y / PERIOD) - 0.5) * PERIOD;
      return coverage(Math.sqrt(dx * dx + dy * dy) - 0.32 * PERIOD, pixel);
    }
  };

  // In units of the shape's radius: the finest pattern of the smallest shape still has four pixels.
  private static final double PERIOD = 0.56;

  /**
   * Returns the share of the accent colour at a point of the shape.
   *
   * @param x to the right of the centre in the shape's own frame, in units of its radius
   * @param y below the centre, likewise
   * @param distance the point's signed distance to the border, likewise
   * @param pixel the side of a pixel in that unit, for smooth edges
   * @return in [0,1]
   */
  abstract double accent(double x, double y, double distance, double pixel);

  /**
   * Returns the name used in labels.
   *
   * @return lower case
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Turns a signed distance into the covered share of a pixel.
   *
   * @param distance negative inside
   * @param pixel the side of a pixel in the same unit
   * @return in [0,1]
   */
  static double coverage(double distance, double pixel) {
    return Math.max(0, Math.min(1, 0.5 - distance / pixel));
  }

  private static double bars(double position, double pixel) {
    return coverage((Math.abs(fraction(position / PERIOD) - 0.5) - 0.25) * PERIOD, pixel);
  }

  private static double fraction(double value) {
    return value - Math.floor(value);
  }
}
