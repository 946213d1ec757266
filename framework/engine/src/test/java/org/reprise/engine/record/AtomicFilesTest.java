package org.reprise.engine.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir private Path folder;

  @Test
  void aFileIsReplacedWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "old and longer");
    AtomicFiles.replace(file, "new");
    assertThat(file).hasContent("new");
    assertThatThrownBy(
            () ->
                AtomicFiles.replace(
                    file,
                    temporary -> {
                      Files.writeString(temporary, "half");
                      throw new IOException("full");
                    }))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("full");
    assertThat(file).hasContent("new");
    assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining("glob:**.tmp");
  }

  /** A device such as /dev/full would be gone, and a user would think that all is written. */
  @Test
  void whatIsNoPlainFileIsNeverReplaced() throws IOException {
    Path socket = folder.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(() -> AtomicFiles.replace(socket, "text"))
          .isInstanceOf(IOException.class)
          .hasMessage(socket + ": it is there, and is no plain file");
      assertThat(socket).exists();
      assertThat(Files.isRegularFile(socket)).isFalse();
    }
  }
}
