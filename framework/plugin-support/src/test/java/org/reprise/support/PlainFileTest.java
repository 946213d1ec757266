package org.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.FileKind;

class PlainFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsNoFileIsCalledWhatItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThat(PlainFile.fault(file)).isEmpty();
    assertThat(PlainFile.fault(link)).isEmpty();
    assertThat(PlainFile.fault(folder)).contains("not a file but a folder");
    assertThat(PlainFile.fault(folder.resolve("b"))).contains("no such file");
    assertThat(PlainFile.fault(Path.of("/dev/null"))).contains(FileKind.SPECIAL);
    Path socket = folder.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      assertThat(PlainFile.fault(socket)).contains(FileKind.SPECIAL);
    }
  }

  @Test
  void theErrorNamesThePlace() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "");
    assertThatCode(() -> PlainFile.require("key: ", file)).doesNotThrowAnyException();
    assertThatThrownBy(() -> PlainFile.require("key: ", folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("key: " + folder + ": not a file but a folder");
  }
}
