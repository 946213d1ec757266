package org.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  @TempDir private Path folder;

  @Test
  void linksAreFollowedAndLoopsLeftOut() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("real/a/b"));
    Files.createFile(deep.resolve("one"));
    Files.createFile(folder.resolve("real/two"));
    Files.createSymbolicLink(deep.resolve("back"), folder.resolve("real"));
    Files.createSymbolicLink(deep.resolve("nowhere"), folder.resolve("none"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
    assertThat(FileTree.in(link, 9))
        .containsExactlyInAnyOrder(
            link.resolve("a/b/one"), link.resolve("a/b/nowhere"), link.resolve("two"));
    assertThat(FileTree.in(link, 1)).contains(link.resolve("two")).doesNotContain(deep);
  }
}
