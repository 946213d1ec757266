package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.engine.study.StudyPlan;

/** Every experiment of the checkout names extensions and options that exist. */
class ExperimentFilesIT {
  private static final Path EXPERIMENTS = Reprise.CHECKOUT.resolve("experiments");

  private static final List<String> DATASETS =
      List.of(
          "cifar10",
          "cifar100",
          "dtd",
          "eurosat",
          "flowers102",
          "food101",
          "gtsrb",
          "oxfordpets",
          "stanfordcars",
          "sun397",
          "svhn",
          "ucf101");

  @Test
  void allOfThemBindAndCoverTheTables(@TempDir Path folder) throws IOException {
    Map<String, StudyPlan> plans = new TreeMap<>();
    try (PluginHost host = PluginHost.load(List.of(Reprise.INSTALLATION.resolve("plugins")));
        Stream<Path> files = Files.walk(EXPERIMENTS)) {
      List<Path> yaml = files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList();
      // the environment of this process cannot be set, so the folder is written into copies
      for (Path file : yaml) {
        Path copy = folder.resolve(EXPERIMENTS.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.writeString(
            copy, Files.readString(file).replace("${REPRISE_DATA}", folder + "/data"));
      }
      for (Path file : yaml) {
        // what others lean on is no study by itself
        if (Files.readString(file).lines().anyMatch(line -> line.startsWith("name:"))) {
          String name = EXPERIMENTS.relativize(file).toString().replace('\\', '/');
          plans.put(name, StudyPlan.read(folder.resolve(name), List.of(), host));
        }
      }
      List<String> all = List.of("rlm", "flm", "ilm", "blm", "blm++", "linear");
      for (String prompt : List.of("padding", "watermark")) {
        for (String network : List.of("resnet18", "resnext101")) {
          assertTable(plans.get("paper/" + prompt + "-" + network + ".yaml"), all);
        }
      }
      assertTable(plans.get("vlm/clip.yaml"), List.of("ilm", "blm", "blm++"));
      assertThat(plans.keySet()).contains("quickstart.yaml", "vlm/zero-shot.yaml");
    }
  }

  /**
   * Every data set with every mapper and three seeds, and the batch sizes of the published code.
   */
  private static void assertTable(StudyPlan plan, List<String> mappers) {
    List<List<String>> cells = new ArrayList<>();
    for (String dataset : DATASETS) {
      for (String seed : List.of("0", "1", "2")) {
        mappers.forEach(mapper -> cells.add(List.of(dataset, mapper, seed)));
      }
    }
    assertThat(plan.runs()).extracting(run -> List.copyOf(run.axes().values())).isEqualTo(cells);
    assertThat(plan.runs())
        .allSatisfy(
            run ->
                assertThat(run.plan().experiment().training().batchSize())
                    .isEqualTo(run.label().matches("(dtd|oxfordpets)-.*") ? 64 : 256));
  }

  @Test
  void anUnsetFolderIsSaid(@TempDir Path folder) {
    Reprise.Result result =
        new Reprise(folder).run("run", EXPERIMENTS.resolve("vlm/clip.yaml").toString());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("REPRISE_DATA", "datasets.yaml:");
  }
}
