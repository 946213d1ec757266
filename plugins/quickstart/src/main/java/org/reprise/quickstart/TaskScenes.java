package org.reprise.quickstart;

import java.util.List;
import org.reprise.quickstart.render.Color;
import org.reprise.quickstart.render.SampleRandom;
import org.reprise.quickstart.render.Scene;
import org.reprise.quickstart.render.Shape;
import org.reprise.quickstart.render.Texture;

/**
 * The downstream task: to which {@link Family} does a shape belong? The images differ from the
 * source data in every respect but the outlines: textures that no source label knows, pale shapes
 * on dark backgrounds that change their colour across the image, turned further, with more noise.
 */
final class TaskScenes implements SceneSource {
  private static final List<Family> FAMILIES = List.of(Family.values());
  private static final List<Texture> TEXTURES =
      List.of(Texture.FADED, Texture.GLOWING, Texture.DOTTED);
  private static final double LARGEST_TILT = StrictMath.PI / 2;

  @Override
  public List<String> labels() {
    return FAMILIES.stream().map(Family::label).toList();
  }

  @Override
  public LabelledScene scene(long seed, long stream, long index) {
    SampleRandom random = new SampleRandom(seed, stream, index);
    int label = (int) Math.floorMod(index, (long) FAMILIES.size());
    List<Shape> members = FAMILIES.get(label).members();
    Color fill = Color.random(random, 0.55, 1);
    Color accent;
    do {
      accent = Color.random(random, 0.35, 1);
    } while (accent.contrast(fill) < 0.12);
    double radius = random.uniform(0.28, 0.44);
    double slack = 0.5 - radius;
    Scene scene =
        new Scene(
            members.get(random.below(members.size())),
            TEXTURES.get(random.below(TEXTURES.size())),
            fill,
            accent,
            Color.random(random, 0, 0.2),
            Color.random(random, 0, 0.6),
            random.uniform(0, 2 * StrictMath.PI),
            0.5 + random.uniform(-slack, slack),
            0.5 + random.uniform(-slack, slack),
            radius,
            random.uniform(-LARGEST_TILT, LARGEST_TILT),
            random.uniform(0.03, 0.12),
            random.below(Integer.MAX_VALUE));
    return new LabelledScene(scene, label);
  }
}
