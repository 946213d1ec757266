package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what {@code docs/writing-a-plugin.md} says: its files, then its commands, word by word. */
class ThirdPartyPluginIT {
  private static final Pattern FILE =
      Pattern.compile("(?ms)^`([^`\n]+)`:\n\n```[a-z]*\n(.*?)^```$");
  private static final Pattern SCRIPT = Pattern.compile("(?ms)^```sh\n(.*?)^```$");

  @TempDir Path folder;

  @Test
  void pageMakesPluginThatRuns() throws IOException {
    String page = Files.readString(Reprise.CHECKOUT.resolve("docs/writing-a-plugin.md"));
    Matcher file = FILE.matcher(page);
    while (file.find()) {
      Files.writeString(folder.resolve(file.group(1)), file.group(2));
    }
    StringBuilder script = new StringBuilder();
    SCRIPT.matcher(page).results().forEach(match -> script.append(match.group(1)));

    Reprise.Result result = new Reprise(folder).shell(script.toString()).succeeded();

    assertThat(result.err()).doesNotContain("warning", "left out");
    assertThat(result.out())
        .contains("mapper likelihood  [likelihood 1.0.0]")
        .contains("smoothing: number, default 1. added to every count; > 0")
        .containsPattern("(?m)^blm +\\d+\\.\\d\\d% ")
        .containsPattern("(?m)^likelihood +\\d+\\.\\d\\d% ")
        .containsPattern("(?s)Records: .*Records: "); // with either prompt
  }
}
