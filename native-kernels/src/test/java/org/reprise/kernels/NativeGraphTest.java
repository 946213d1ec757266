package org.reprise.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** libtorch's graphs are asked as their signatures say, over a stand-in for its library. */
class NativeGraphTest {
  private static final String STAND_IN = System.getProperty("reprise.kernels.graphs", "");

  @Test
  void isAskedForWhatItCanAndSpeaksInLibtorchsWords() {
    assumeTrue(Files.exists(Path.of(STAND_IN)), "no C++ compiler on Linux built the stand-in");
    assertThat(GraphLibrary.problem()).hasValue("libtorch_cuda.so is not loaded");
    assertThatThrownBy(GraphLibrary::newGraph).hasMessageContaining("is not loaded");
    System.setProperty("reprise.kernels.torch", "/nowhere/libtorch_cuda.so");
    assertThat(GraphLibrary.problem()).isPresent();
    System.setProperty("reprise.kernels.torch", STAND_IN);
    assertThat(GraphLibrary.problem()).isEmpty();
    for (int i = 0; i < 3; i++) { // it tells of one that was not freed
      try (NativeGraph graph = GraphLibrary.newGraph()) {
        assertThatThrownBy(graph::replay).hasMessageContaining("no exception");
        assertThatThrownBy(graph::end)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("not recording");
        graph.abandon();
        graph.begin();
        assertThatThrownBy(graph::begin).hasMessage("recording already");
        graph.end();
        graph.replay();
        graph.replay();
        assertThatThrownBy(graph::replay).hasMessage("the third replay");
        graph.close();
      }
    }
  }
}
