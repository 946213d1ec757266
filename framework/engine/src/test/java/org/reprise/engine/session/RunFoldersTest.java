package org.reprise.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.ExtensionKind;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.study.ExperimentPlan;

class RunFoldersTest {
  @TempDir private Path output;

  @Test
  void aTimeFolderIsNoRunWhateverLiesAboveIt() throws IOException {
    Path parent = Files.createDirectory(output.resolve("tiny"));
    Files.writeString(parent.resolve("experiment.yaml"), "name: somebody's");

    Path timeFolder = RunDirectory.newTimeFolder(output, "tiny", "name: tiny");
    RunDirectory run = new RunDirectory(timeFolder.resolve("blm"));
    run.create("name: tiny");

    assertThat(timeFolder.getParent()).isEqualTo(parent);
    assertThat(RunDirectory.isRun(timeFolder)).isFalse();
    assertThat(RunDirectory.isRun(run.folder())).isTrue();
  }

  @Test
  void everyTimeFolderIsNew() throws IOException {
    List<Path> folders =
        List.of(
            RunDirectory.newTimeFolder(output, "tiny", "name: a"),
            RunDirectory.newTimeFolder(output, "tiny", "name: b"),
            RunDirectory.newTimeFolder(output, "tiny", "name: c"));

    assertThat(folders).doesNotHaveDuplicates();
    assertThat(folders.get(0).resolve("experiment.yaml")).hasContent("name: a");
  }

  @Test
  void runsOfOneExperimentHaveFoldersOfTheirOwn() {
    assertThat(runNames("blm", "ilm", "blm", "blm-2", "blm"))
        .containsExactly("blm", "ilm", "blm-2", "blm-2-2", "blm-3");
    assertThat(runNames("blm-2", "blm", "blm")).containsExactly("blm-2", "blm", "blm-3");
  }

  private static List<String> runNames(String... mappers) {
    List<BoundExtension> bound =
        Stream.of(mappers)
            .map(
                name ->
                    new BoundExtension(
                        new ExtensionEntry(
                            ExtensionKind.MAPPER, name, List.of(), null, "test", "1"),
                        null))
            .toList();
    return new ExperimentPlan(null, null, null, null, null, null, bound).runNames();
  }
}
