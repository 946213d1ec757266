package org.reprise.tracking.files;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** A picture as PNG. */
final class Picture {
  private final int height;
  private final int width;
  private final byte[] png;

  private Picture(int height, int width, byte[] png) {
    this.height = height;
    this.width = width;
    this.png = png;
  }

  /**
   * Draws views side by side.
   *
   * @param values {@code [V,3,H,W]}; below 0 is drawn as 0, above 1 as 1
   * @param views V
   * @param height H
   * @param width W
   */
  static Picture of(float[] values, int views, int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(views * width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (int view = 0; view < views; view++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int at = 3 * view * plane + y * width + x;
          int rgb =
              (level(values[at]) << 16)
                  | (level(values[at + plane]) << 8)
                  | level(values[at + 2 * plane]);
          image.setRGB(view * width + x, y, rgb);
        }
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return new Picture(height, views * width, png.toByteArray());
  }

  /** Returns its height in pixels. */
  int height() {
    return height;
  }

  /** Returns its width in pixels. */
  int width() {
    return width;
  }

  /** Returns its bytes; not to be modified. */
  byte[] png() {
    return png;
  }

  private static int level(float value) {
    return Math.round(255 * Math.max(0, Math.min(1, value)));
  }
}
