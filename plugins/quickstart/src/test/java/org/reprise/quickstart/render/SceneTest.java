package org.reprise.quickstart.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reprise.api.data.ImageSize;

class SceneTest {
  private static final Color BLACK = new Color(0, 0, 0);
  private static final Color WHITE = new Color(1, 1, 1);

  private static Scene scene(Shape shape, Texture texture, double noise) {
    return new Scene(shape, texture, WHITE, BLACK, BLACK, BLACK, 0, 0.5, 0.5, 0.4, 0, noise, 7);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void everyShapeIsInsideItsReach(Shape shape) {
    boolean anythingInside = false;
    for (double x = -2; x <= 2; x += 0.02) {
      for (double y = -2; y <= 2; y += 0.02) {
        if (shape.distance(x, y) < 0) {
          anythingInside = true;
          assertThat(Math.sqrt(x * x + y * y)).isLessThan(Shape.REACH);
        }
      }
    }
    assertThat(anythingInside).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Texture.class)
  void accentIsAShare(Texture texture) {
    for (double x = -1; x <= 1; x += 0.05) {
      for (double y = -1; y <= 1; y += 0.05) {
        assertThat(texture.accent(x, y, Shape.DISC.distance(x, y), 0.1)).isBetween(0.0, 1.0);
      }
    }
  }

  @Test
  void drawsTheShapeOnTheBackground() {
    byte[] rgb = scene(Shape.DISC, Texture.SOLID, 0).render(new ImageSize(20, 30));
    assertThat(rgb).hasSize(20 * 30 * 3);
    assertThat(rgb[(10 * 30 + 10) * 3]).isEqualTo((byte) 255);
    assertThat(rgb[(10 * 30 + 25) * 3]).isZero();
  }

  @Test
  void edgesAreSmooth() {
    byte[] rgb = scene(Shape.DISC, Texture.SOLID, 0).render(ImageSize.square(24));
    int between = 0;
    for (byte level : rgb) {
      between += level != 0 && level != (byte) 255 ? 1 : 0;
    }
    assertThat(between).isGreaterThan(50);
  }

  @Test
  void noiseIsPartOfTheScene() {
    byte[] once = scene(Shape.RING, Texture.DOTTED, 0.1).render(ImageSize.square(24));
    byte[] again = scene(Shape.RING, Texture.DOTTED, 0.1).render(ImageSize.square(24));
    assertThat(again).isEqualTo(once);
    assertThat(scene(Shape.RING, Texture.DOTTED, 0).render(ImageSize.square(24)))
        .isNotEqualTo(once);
  }
}
