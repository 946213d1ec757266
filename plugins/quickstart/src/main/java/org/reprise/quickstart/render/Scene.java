package org.reprise.quickstart.render;

import org.reprise.api.data.ImageSize;

/**
 * One shape before a background: everything that decides an image. Lengths are in units of the
 * image's side, so a scene can be drawn at any size.
 *
 * @param shape what is shown
 * @param texture how it is filled
 * @param fill its colour
 * @param accent its second colour
 * @param background the background's colour at the left of {@code backgroundAngle}
 * @param backgroundEnd the background's colour at the other side
 * @param backgroundAngle direction of the change, radians
 * @param centerX from the left, in [0,1]
 * @param centerY from the top, in [0,1]
 * @param radius the shape's radius
 * @param rotation clockwise, radians
 * @param noise largest deviation of a channel, in [0,1]
 * @param noiseSeed selects the noise
 */
public record Scene(
    Shape shape,
    Texture texture,
    Color fill,
    Color accent,
    Color background,
    Color backgroundEnd,
    double backgroundAngle,
    double centerX,
    double centerY,
    double radius,
    double rotation,
    double noise,
    long noiseSeed) {

  private static final int NOISE = 0x6e6f6973;

  /**
   * Draws the scene.
   *
   * @param size height and width; the shorter side is the unit of length
   * @return height x width x 3 unsigned bytes, rows from the top, red first
   */
  public byte[] render(ImageSize size) {
    int side = Math.min(size.height(), size.width());
    double cos = StrictMath.cos(rotation);
    double sin = StrictMath.sin(rotation);
    double slopeX = StrictMath.cos(backgroundAngle);
    double slopeY = StrictMath.sin(backgroundAngle);
    double pixel = 1 / (radius * side);
    double reach = Shape.REACH + pixel;
    SampleRandom grain = new SampleRandom(noiseSeed, NOISE, 0);
    byte[] rgb = new byte[size.height() * size.width() * 3];
    int at = 0;
    for (int row = 0; row < size.height(); row++) {
      double v = (row + 0.5) / side;
      for (int column = 0; column < size.width(); column++) {
        double u = (column + 0.5) / side;
        double share = 0.5 + 0.7 * ((u - 0.5) * slopeX + (v - 0.5) * slopeY);
        Color color = background.mix(backgroundEnd, Math.max(0, Math.min(1, share)));
        double dx = (u - centerX) / radius;
        double dy = (v - centerY) / radius;
        if (dx * dx + dy * dy < reach * reach) { // most pixels: outside, without asking the shape
          double x = cos * dx + sin * dy;
          double y = cos * dy - sin * dx;
          double distance = shape.distance(x, y);
          double covered = Texture.coverage(distance, pixel);
          Color paint = fill.mix(accent, texture.accent(x, y, distance, pixel));
          color = color.mix(paint, covered);
        }
        rgb[at++] = level(color.red() + grain.uniform(-noise, noise));
        rgb[at++] = level(color.green() + grain.uniform(-noise, noise));
        rgb[at++] = level(color.blue() + grain.uniform(-noise, noise));
      }
    }
    return rgb;
  }

  private static byte level(double value) {
    return (byte) (int) (Math.max(0, Math.min(1, value)) * 255 + 0.5);
  }
}
