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
  private static final Pattern MAVEN = Pattern.compile("(?ms)^```bash\n(.*?)^```$");

  @TempDir Path folder;

  @Test
  void pageMakesPluginThatRuns() throws IOException {
    String page = page();
    Matcher file = FILE.matcher(page);
    while (file.find()) {
      Files.writeString(folder.resolve(file.group(1)), file.group(2));
    }
    Reprise.Result result = new Reprise(folder).shell(script(page, SCRIPT)).succeeded();

    assertThat(result.err()).doesNotContain("warning", "left out");
    assertThat(result.out())
        .contains("mapper likelihood  [likelihood 1.0.0]")
        .contains("smoothing: number, default 1. added to every count; > 0")
        .containsPattern("(?m)^blm +\\d+\\.\\d\\d% ")
        .containsPattern("(?m)^likelihood +\\d+\\.\\d\\d% ")
        .containsPattern("(?s)Records: .*Records: ") // with either prompt
        .contains("mapper likelihood: contract suite: 14 passed\n")
        .contains("prompt tint: contract suite: 15 passed\n")
        .endsWith("it keeps to the API's contracts, as far as they were run\n");
  }

  /**
   * With Maven, without a network: what the build of Reprise itself has fetched is enough. What
   * Maven takes from the installation goes into a repository of this test's own.
   */
  @Test
  void fiveMinutesWithMaven() throws IOException {
    String maven = System.getProperty("user.home") + "/.m2/repository";
    Reprise.Result result =
        new Reprise(folder)
            .with("MAVEN_OPTS", QuickStart.FIRST_COMPILER)
            .with(
                "MAVEN_ARGS",
                "-o -q -B -Daether.offline.protocols=file -DargLine="
                    + QuickStart.FIRST_COMPILER
                    + " -Dmaven.repo.local="
                    + folder.resolve("m2")
                    + " -Dmaven.repo.local.tail="
                    + System.getProperty("maven.repo.local", maven))
            .shell(script(page(), MAVEN))
            .succeeded();

    assertThat(result.out())
        .contains("mapper my-mapper: contract suite: 14 passed\n")
        .contains("installed my-mapper 1.0.0: " + folder.resolve("data/reprise/plugins"))
        .containsPattern("(?m)^my-mapper +\\d+\\.\\d\\d% ")
        .contains("removed my-mapper 1.0.0");
    assertThat(folder.resolve("data/reprise/plugins")).isEmptyDirectory();
    assertThat(folder.resolve("my-mapper/target/surefire-reports"))
        .isDirectoryContaining("glob:**TEST-org.example.MyMapperTest.xml");
  }

  private static String page() throws IOException {
    return Files.readString(Reprise.CHECKOUT.resolve("docs/writing-a-plugin.md"));
  }

  private static String script(String page, Pattern blocks) {
    StringBuilder script = new StringBuilder();
    blocks.matcher(page).results().forEach(match -> script.append(match.group(1)));
    return script.toString();
  }
}
