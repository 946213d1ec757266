package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher of a checkout, which builds when it has to: in a checkout whose build makes a script
 * instead of an installation.
 */
class LauncherIT {
  private static final String BUILD =
      """
      #!/bin/sh
      echo "$@" >> builds
      if [ -f fails ]; then exit "$(cat fails)"; fi
      sleep 1
      mkdir -p target/reprise/bin
      printf '#!/bin/sh\\necho ran "$@"\\n' > target/reprise/bin/reprise
      chmod +x target/reprise/bin/reprise
      touch target/reprise.built
      """;

  @TempDir Path folder;
  private Reprise shell;

  @BeforeEach
  void checkOut() throws IOException {
    shell = new Reprise(folder);
    Path launcher = folder.resolve("reprise");
    Files.copy(Reprise.CHECKOUT.resolve("reprise"), launcher);
    Path build = Files.writeString(folder.resolve("mvnw"), BUILD);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    assertThat(build.toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("pom.xml"), "<project/>");
    for (String module : List.of("framework", "plugins", "native-kernels")) {
      Path source = Files.createDirectories(folder.resolve(module).resolve("src/main/java"));
      Files.writeString(source.resolve("A.java"), "");
    }
  }

  @Test
  void twoAtOnceInAFreshCheckoutBuildOnce() throws IOException {
    assumeTrue(
        shell.shell("command -v flock || true").out().contains("flock"),
        "there is no flock here; without it the launcher does not wait for another");

    Reprise.Result both =
        shell
            .shell("./reprise one > 1.txt & first=$!; ./reprise two > 2.txt; wait $first")
            .succeeded();

    assertThat(Files.readAllLines(folder.resolve("builds"))).hasSize(1);
    assertThat(both.err()).containsOnlyOnce("reprise: building (the first time this downloads ");
    assertThat(folder.resolve("1.txt")).hasContent("ran one");
    assertThat(folder.resolve("2.txt")).hasContent("ran two");
  }

  @Test
  void aSourceThatIsNewerIsBuiltAndATestIsNot() throws IOException {
    shell.shell("./reprise").succeeded();
    FileTime built = FileTime.from(Instant.now().plusSeconds(60));
    Files.setLastModifiedTime(folder.resolve("target/reprise.built"), built);
    FileTime later = FileTime.from(built.toInstant().plusSeconds(60));

    Path test = Files.createDirectories(folder.resolve("framework/src/test")).resolve("T.java");
    Files.setLastModifiedTime(Files.writeString(test, ""), later);
    assertThat(shell.shell("./reprise a 'b c'").succeeded().err()).isEmpty();

    Files.setLastModifiedTime(folder.resolve("framework/src/main/java/A.java"), later);
    Reprise.Result rebuilt = shell.shell("./reprise a 'b c'").succeeded();
    assertThat(rebuilt.err()).startsWith("reprise: building ");
    assertThat(rebuilt.out()).isEqualTo("ran a b c\n");
    assertThat(Files.readAllLines(folder.resolve("builds"))).hasSize(2);
  }

  @Test
  void aBuildThatFailsOrIsStoppedIsBegunAgain() throws IOException {
    Files.writeString(folder.resolve("fails"), "1");
    Reprise.Result failed = shell.shell("./reprise x");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err()).endsWith("reprise: the build failed\n");

    Files.writeString(folder.resolve("fails"), "130");
    Reprise.Result stopped = shell.shell("./reprise x");
    assertThat(stopped.exitCode()).isEqualTo(130);
    assertThat(stopped.err()).contains("the build was stopped; the next call begins it again");

    Files.delete(folder.resolve("fails"));
    assertThat(shell.shell("./reprise x").succeeded().out()).isEqualTo("ran x\n");
  }

  /** Otherwise {@code ./reprise} after {@code ./mvnw verify} would build all of it once more. */
  @Test
  void theBuildWritesDownWhenItBegan() throws IOException {
    Path target = Reprise.CHECKOUT.resolve("target");
    assertThat(Files.getLastModifiedTime(target.resolve("reprise.built")))
        .isLessThan(Files.getLastModifiedTime(target.resolve("reprise.zip")))
        .isGreaterThan(FileTime.from(Instant.now().minusSeconds(24 * 60 * 60)));
  }
}
