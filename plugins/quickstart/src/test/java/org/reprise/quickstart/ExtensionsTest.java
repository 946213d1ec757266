package org.reprise.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reprise.api.ExtensionFactory;

class ExtensionsTest {

  @Test
  void theIndexNamesEveryFactory() throws Exception {
    // The test classes have an index of their own, which is empty.
    StringBuilder indices = new StringBuilder();
    for (URL index :
        Collections.list(getClass().getClassLoader().getResources("META-INF/extensions.idx"))) {
      try (InputStream stream = index.openStream()) {
        indices.append(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(indices)
        .contains(
            ShapesFactory.class.getName(),
            SourceShapesFactory.class.getName(),
            ShapeNetFactory.class.getName());
  }

  @Test
  void factoriesDescribeThemselves() {
    for (ExtensionFactory<?, ?, ?> factory :
        List.of(new ShapesFactory(), new SourceShapesFactory(), new ShapeNetFactory())) {
      assertThat(factory.name()).matches("[a-z0-9+-]+");
      assertThat(factory.description()).isNotBlank().doesNotContain("\n");
      assertThat(factory.optionsType().isRecord()).isTrue();
    }
  }
}
