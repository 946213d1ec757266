package org.reprise.engine.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;

class AxesTest {
  @TempDir private Path folder;

  private List<RunRecord> read(FakeRun... runs) throws IOException {
    List<RunRecord> read = new ArrayList<>();
    for (int i = 0; i < runs.length; i++) {
      read.add(RunReader.read(runs[i].write(folder.resolve(i + ""))));
    }
    return read;
  }

  @Test
  void keysThatDifferAreTheAxes() throws IOException {
    List<RunRecord> runs =
        read(
            new FakeRun("blm", 0, 1),
            new FakeRun("ilm", 0, 1).set("mapping", Map.of("name", "ilm")),
            new FakeRun("blm", 1, 1).set("training.optimizer.lr", 0.1));
    Axes axes = Axes.of(runs);
    assertThat(axes.axes())
        .extracting(Axis::key)
        .containsExactly("mapping", "training.optimizer.lr", "seed");
    assertThat(axes.along()).isEmpty();
    assertThat(axes.find("mapping").orElseThrow().values()).containsExactly("blm", "ilm");
    assertThat(axes.find("training.optimizer.lr").orElseThrow().values())
        .containsExactly("0.01", "0.1");
  }

  @Test
  void blocksOfOneNameAreToldApartByTheirOptions() throws IOException {
    List<RunRecord> runs =
        read(
            new FakeRun("blm", 0, 1).set("mapping.laplace", 10.0),
            new FakeRun("blm", 0, 1).set("mapping.laplace", 2.0),
            new FakeRun("rlm", 0, 1));
    assertThat(Axes.of(runs).find("mapping").orElseThrow().values())
        .containsExactly("blm laplace=10", "blm laplace=2", "rlm");
    List<RunRecord> alike = runs.subList(0, 2);
    Axes axes = Axes.of(alike);
    assertThat(axes.axes()).extracting(Axis::key).containsExactly("mapping.laplace");
    assertThat(axes.axes().get(0).values()).containsExactly("2", "10");
  }

  @Test
  void aSettingThatFollowsABlockGoesAlongWithIt() throws IOException {
    FakeRun other = new FakeRun("blm", 0, 1).set("dataset.name", "other");
    List<RunRecord> runs =
        read(
            new FakeRun("blm", 0, 1),
            new FakeRun("blm", 1, 1),
            other.set("training.batch-size", 64));
    assertThat(Axes.of(runs).axes()).extracting(Axis::key).containsExactly("dataset", "seed");
    assertThat(Axes.of(runs).along()).isEqualTo(Map.of("training.batch-size", "dataset"));
    // one run of the same data with another batch size, and it is an axis
    runs.addAll(List.of(RunReader.read(folder.resolve("0"))));
    RunRecord odd =
        RunReader.read(
            new FakeRun("blm", 0, 1).set("training.batch-size", 8).write(folder.resolve("odd")));
    runs.add(odd);
    assertThat(Axes.of(runs).axes())
        .extracting(Axis::key)
        .containsExactly("dataset", "training.batch-size", "seed");
  }

  @Test
  void conditionsMeetNamesNumbersAndTexts() throws IOException {
    List<RunRecord> runs =
        read(
            new FakeRun("blm", 0, 1),
            new FakeRun("blm++", 0, 1).set("training.optimizer.lr", 0.1),
            new FakeRun("blm++", 1, 1));
    assertThat(Where.filter(runs, List.of(Where.parse("mapping=blm++")))).hasSize(2);
    assertThat(Where.filter(runs, List.of(Where.parse("mapping.laplace=1")))).hasSize(3);
    assertThat(Where.filter(runs, List.of(Where.parse("mapping=blm++"), Where.parse("seed=1.0"))))
        .containsExactly(runs.get(2));
    assertThat(Where.filter(runs, List.of(Where.parse("experiment=study")))).hasSize(3);
    assertThat(Where.filter(runs, List.of(Where.parse("training.optimizer.lr=0.10"))))
        .containsExactly(runs.get(1));
    assertThat(Where.filter(runs, List.of(Where.parse("precision=bf16")))).isEmpty();
    assertThatThrownBy(() -> Where.filter(runs, List.of(Where.parse("maping=blm"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("did you mean \"mapping\"");
    assertThatThrownBy(() -> Where.parse("=1")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Where.parse("seed")).isInstanceOf(InvalidInputException.class);
  }
}
