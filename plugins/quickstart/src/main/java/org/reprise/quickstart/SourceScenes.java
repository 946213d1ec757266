package org.reprise.quickstart;

import java.util.ArrayList;
import java.util.List;
import org.reprise.quickstart.render.Color;
import org.reprise.quickstart.render.SampleRandom;
import org.reprise.quickstart.render.Scene;
import org.reprise.quickstart.render.Shape;
import org.reprise.quickstart.render.Texture;

/**
 * What the network is trained on: sixteen shapes in four textures, 64 source labels. Any colours
 * with enough contrast, on a nearly even background; source label {@code s} is shape {@code s / 4}
 * with texture {@code s % 4}.
 */
final class SourceScenes implements SceneSource {

  /** The textures that source labels tell apart. */
  static final List<Texture> TEXTURES =
      List.of(Texture.SOLID, Texture.BORDERED, Texture.STRIPED, Texture.CHECKERED);

  private static final List<Shape> SHAPES = List.of(Shape.values());

  /** KS. */
  static final int LABELS = SHAPES.size() * TEXTURES.size();

  private static final double LARGEST_TILT = StrictMath.PI / 4;

  /**
   * Returns a source label's shape.
   *
   * @param label in [0, KS)
   * @return the shape
   */
  static Shape shape(int label) {
    return SHAPES.get(label / TEXTURES.size());
  }

  @Override
  public List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (int label = 0; label < LABELS; label++) {
      labels.add(shape(label).label() + "-" + TEXTURES.get(label % TEXTURES.size()).label());
    }
    return List.copyOf(labels);
  }

  @Override
  public LabelledScene scene(long seed, long stream, long index) {
    SampleRandom random = new SampleRandom(seed, stream, index);
    int label = (int) Math.floorMod(index, (long) LABELS);
    Color background = Color.random(random, 0, 1);
    Color fill;
    do {
      fill = Color.random(random, 0, 1);
    } while (fill.contrast(background) < 0.25);
    Color accent;
    do {
      accent = Color.random(random, 0, 1);
    } while (accent.contrast(fill) < 0.25 || accent.contrast(background) < 0.15);
    double radius = random.uniform(0.17, 0.42);
    double slack = 0.5 - 0.95 * radius;
    Scene scene =
        new Scene(
            shape(label),
            TEXTURES.get(label % TEXTURES.size()),
            fill,
            accent,
            background,
            background.mix(Color.random(random, 0, 1), 0.1),
            random.uniform(0, 2 * StrictMath.PI),
            0.5 + random.uniform(-slack, slack),
            0.5 + random.uniform(-slack, slack),
            radius,
            random.uniform(-LARGEST_TILT, LARGEST_TILT),
            random.uniform(0, 0.06),
            random.below(Integer.MAX_VALUE));
    return new LabelledScene(scene, label);
  }
}
