package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DownloadBarTest {
  private static final String TERMINAL = "reprise.terminal";

  private final StringWriter shown = new StringWriter();

  @AfterEach
  void restore() {
    System.clearProperty(TERMINAL);
  }

  private String show(OptionalLong total, long... steps) {
    try (DownloadBar bar = new DownloadBar(new PrintWriter(shown, true), "file.bin")) {
      for (long done : steps) {
        bar.at(done, total);
      }
    }
    return shown.toString().replace(System.lineSeparator(), "\n");
  }

  @Test
  void elsewhereItIsALineForEachTenth() {
    OptionalLong total = OptionalLong.of(50_000_000);
    assertThat(show(total, 0, 1_000_000, 4_999_999, 5_000_000, 6_000_000, 50_000_000))
        .isEqualTo(
            "file.bin: 0.0 of 50.0 MB\nfile.bin: 5.0 of 50.0 MB\nfile.bin: 50.0 of 50.0 MB\n");
  }

  @Test
  void aServerThatDoesNotSayHowMuchIsShownWhatCame() {
    assertThat(show(OptionalLong.empty(), 0, 1_000_000, 100_000_000, 150_000_000))
        .isEqualTo("file.bin: 0.0 MB\nfile.bin: 100.0 MB\n");
  }

  @Test
  void onATerminalItIsOneLine() {
    System.setProperty(TERMINAL, "true");
    assertThat(show(OptionalLong.of(2_000_000), 0, 1_000_000, 2_000_000))
        .isEqualTo("\rfile.bin: 0.0 of 2.0 MB\rfile.bin: 1.0 of 2.0 MB\rfile.bin: 2.0 of 2.0 MB\n");
  }
}
