package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreadableNamesTest {
  @TempDir Path folder;

  @Test
  void whatJavaCouldNotReadIsNamed() {
    assertThat(UnreadableNames.fault("/data/caf\ufffd", "run", "e.yaml"))
        .get()
        .asString()
        .startsWith("the working directory's name is not UTF-8")
        .contains("/data/caf?");
    assertThat(UnreadableNames.fault("/data", "run", "--set", "dataset.path=b\ufffd\ufffd\u001b"))
        .get()
        .asString()
        .startsWith("this argument is not UTF-8: dataset.path=b??\\");
  }

  @Test
  void everythingElseIsLeftAlone() throws IOException {
    assertThat(UnreadableNames.fault("/データ", "caf\u00e9", "", "?")).isEmpty();
    Path meant = Files.writeString(folder.resolve("a\ufffd.yaml"), "");
    assertThat(UnreadableNames.fault(folder.toString(), meant.toString())).isEmpty();
  }
}
