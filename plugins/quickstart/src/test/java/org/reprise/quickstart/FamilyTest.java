package org.reprise.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reprise.quickstart.render.Shape;

class FamilyTest {

  @Test
  void everyShapeBelongsToOneFamily() {
    List<Shape> members =
        Arrays.stream(Family.values()).flatMap(family -> family.members().stream()).toList();
    assertThat(members).containsExactlyInAnyOrder(Shape.values());
  }

  @Test
  void eightSourceLabelsStandForEachTargetLabel() {
    for (Family family : Family.values()) {
      long standing =
          IntStream.range(0, SourceScenes.LABELS)
              .filter(label -> family.members().contains(SourceScenes.shape(label)))
              .count();
      assertThat(standing).as(family.label()).isEqualTo(8);
    }
  }

  @Test
  void labelsAreDistinct() {
    assertThat(new SourceScenes().labels())
        .hasSize(SourceScenes.LABELS)
        .doesNotHaveDuplicates()
        .startsWith("triangle-solid", "triangle-bordered")
        .contains("half-disc-checkered");
    assertThat(new TaskScenes().labels()).hasSize(8).startsWith("polygon", "star");
  }
}
