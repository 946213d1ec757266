package org.reprise.quickstart;

import java.util.List;
import java.util.Locale;
import org.reprise.quickstart.render.Shape;

/**
 * The target labels: families of shapes. Each takes in two shapes, hence eight source labels (two
 * shapes in four textures): the relation of source to target labels is many to one.
 */
enum Family {
  POLYGON(Shape.TRIANGLE, Shape.SQUARE),
  STAR(Shape.STAR4, Shape.STAR5),
  ROUND(Shape.DISC, Shape.ELLIPSE),
  HOLLOW(Shape.RING, Shape.FRAME),
  CROSS(Shape.PLUS, Shape.TEE),
  MOON(Shape.CRESCENT, Shape.HALF_DISC),
  POINTER(Shape.ARROW, Shape.CHEVRON),
  CHARM(Shape.HEART, Shape.DROP);

  private final List<Shape> members;

  Family(Shape... members) {
    this.members = List.of(members);
  }

  List<Shape> members() {
    return members;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
