package org.reprise.engine.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.BoundExtension;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.FakeExtensions;
import org.reprise.engine.record.RunDirectory;

class RunPlacesTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String OF_8 = ID.substring(0, 8) + "f".repeat(56);
  private static final String OF_16 = ID.substring(0, 16) + "e".repeat(48);

  @TempDir private Path output;

  @Test
  void anExperimentsFolderIsNoRunWhateverLiesInIt() throws IOException {
    Path above = output.resolve("tiny");
    RunPlaces.make(above, "name: tiny");
    RunDirectory run = new RunDirectory(RunPlaces.of(above, "blm", ID, false));
    run.create("name: tiny");

    assertThat(run.folder()).isEqualTo(above.resolve("blm-01234567"));
    assertThat(RunDirectory.isRun(above)).isFalse();
    assertThat(RunDirectory.isRun(run.folder())).isTrue();
    assertThat(RunDirectory.runsIn(above)).containsExactly(run.folder());
  }

  @Test
  void theExperimentThatWasRunLastStandsAbove() throws IOException {
    Path above = output.resolve("tiny");
    RunPlaces.make(above, "name: a");
    RunPlaces.make(above, "name: b");
    assertThat(above.resolve("experiment.yaml")).hasContent("name: b");
  }

  @Test
  void aRunThatEndedBeforeItsExperimentWasWrittenIsBegunAgainFromAbove() throws IOException {
    Path above = output.resolve("tiny");
    Path run = above.resolve("blm-01234567");
    Files.createDirectories(run.resolve("checkpoints"));
    assertThatThrownBy(() -> StudyRunner.requireExperiment(run))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not a run directory");

    RunPlaces.make(above, "name: tiny");
    assertThatThrownBy(() -> StudyRunner.requireExperiment(run))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("begin it again with: reprise resume " + above);
  }

  @Test
  void aPlaceThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(output.resolve("file"), "");
    assertThatThrownBy(() -> RunPlaces.make(file.resolve("tiny"), "name: a"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.resolve("tiny").toString());
  }

  @Test
  void aRunHasOnePlaceAndAnotherOneItsOwn() throws IOException {
    assertThat(RunPlaces.of(output, "blm", ID, false)).isEqualTo(output.resolve("blm-01234567"));
    recorded(output.resolve("blm-01234567"), OF_8);
    assertThat(RunPlaces.of(output, "blm", OF_8, false)).isEqualTo(output.resolve("blm-01234567"));
    assertThat(RunPlaces.of(output, "blm", ID, false))
        .isEqualTo(output.resolve("blm-0123456789abcdef"));
    recorded(output.resolve("blm-0123456789abcdef"), OF_16);
    assertThat(RunPlaces.of(output, "blm", ID, false)).isEqualTo(output.resolve("blm-" + ID));
    assertThat(RunPlaces.of(output, "ilm", ID, false)).isEqualTo(output.resolve("ilm-01234567"));
  }

  @Test
  void againIsAlwaysANewPlace() throws IOException {
    assertThat(RunPlaces.of(output, "blm", ID, true)).isEqualTo(output.resolve("blm-01234567"));
    recorded(output.resolve("blm-01234567"), ID);
    assertThat(RunPlaces.of(output, "blm", ID, true)).isEqualTo(output.resolve("blm-01234567-2"));
    recorded(output.resolve("blm-01234567-2"), ID);
    assertThat(RunPlaces.of(output, "blm", ID, true)).isEqualTo(output.resolve("blm-01234567-3"));
    assertThat(RunPlaces.of(output, "blm", ID, false)).isEqualTo(output.resolve("blm-01234567"));
  }

  private static void recorded(Path run, String id) throws IOException {
    Files.createDirectories(run);
    Files.writeString(
        run.resolve("provenance.json"), "{\"id\": \"" + id + "\", \"spec\": {}, \"sessions\": []}");
  }

  @Test
  void runsOfOneExperimentHaveLabelsOfTheirOwn() {
    assertThat(labels("blm", "ilm", "blm", "blm-2", "blm"))
        .containsExactly("blm", "ilm", "blm-2", "blm-2-2", "blm-3");
    assertThat(labels("blm-2", "blm", "blm")).containsExactly("blm-2", "blm", "blm-3");
  }

  private static List<String> labels(String... mappers) {
    List<BoundExtension<LabelMapperContext, LabelMapper>> bound =
        Stream.of(mappers)
            .map(name -> FakeExtensions.bound(Door.MAPPER, name, context -> (LabelMapper) null))
            .toList();
    return new ExperimentPlan(null, null, null, null, null, null, bound, null, List.of()).labels();
  }
}
