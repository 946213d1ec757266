package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
  @TempDir private Path folder;

  @Test
  void aFileThatIsLeftOpenEachTimeIsTold() throws IOException {
    assumeTrue(
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean,
        "the number of open files is known on Unix only");
    Path file = Files.writeString(folder.resolve("a"), "");
    OpenFiles.assertFlat("opening", () -> open(file, new ArrayList<>(), true));

    List<InputStream> left = new ArrayList<>();
    assertThatThrownBy(() -> OpenFiles.assertFlat("opening", () -> open(file, left, false)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("files open after 20 repetitions");
    for (InputStream stream : left) {
      stream.close();
    }
  }

  private static void open(Path file, List<InputStream> left, boolean close) {
    try {
      InputStream stream = Files.newInputStream(file);
      left.add(stream);
      if (close) {
        stream.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
