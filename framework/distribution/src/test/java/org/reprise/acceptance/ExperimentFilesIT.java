package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.engine.config.Experiment;
import org.reprise.engine.plan.ExperimentPlan;
import org.reprise.engine.plugin.PluginHost;

/** Every experiment of the checkout names extensions and options that exist. */
class ExperimentFilesIT {
  private static final Path EXPERIMENTS = Reprise.CHECKOUT.resolve("experiments");

  @Test
  void allOfThemBind(@TempDir Path folder) throws IOException {
    int seen = 0;
    try (PluginHost host = PluginHost.load(List.of(Reprise.INSTALLATION.resolve("plugins")));
        Stream<Path> files = Files.walk(EXPERIMENTS)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
        // the environment of this process cannot be set, so the folder is written into a copy
        Path copy = folder.resolve("copy.yaml");
        Files.writeString(
            copy, Files.readString(file).replace("${REPRISE_DATA}", folder + "/data"));
        ExperimentPlan plan = ExperimentPlan.bind(Experiment.read(copy, List.of()), host);
        assertThat(plan.mappers()).as("%s", file).isNotEmpty();
        seen++;
      }
    }
    assertThat(seen).isGreaterThanOrEqualTo(12 * 5);
  }

  /** The files of the paper's tables are what the script writes, byte for byte. */
  @Test
  void theScriptWritesTheFilesOfTheTables(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path script = Files.createDirectories(folder.resolve("scripts")).resolve("make-experiments.py");
    Files.copy(Reprise.CHECKOUT.resolve("scripts/make-experiments.py"), script);
    Process process;
    try {
      process = new ProcessBuilder("python3", script.toString()).inheritIO().start();
    } catch (IOException e) {
      Assumptions.abort("needs python3: " + e.getMessage());
      return;
    }
    assertThat(process.waitFor()).isZero();
    Map<String, String> written = contents(folder.resolve("experiments"));
    Map<String, String> committed = contents(EXPERIMENTS);
    committed.keySet().removeIf(name -> !name.matches("(paper|vlm)/.*"));
    committed.remove("vlm/zero-shot.yaml"); // written by hand
    // two backbones, two prompts and CLIP, for twelve data sets
    assertThat(written).hasSize(12 * 5).isEqualTo(committed);
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        contents.put(folder.relativize(file).toString().replace('\\', '/'), Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void anUnsetFolderIsSaid(@TempDir Path folder) {
    Reprise.Result result =
        new Reprise(folder).run("run", EXPERIMENTS.resolve("vlm/dtd.yaml").toString());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("REPRISE_DATA", "dtd.yaml:");
  }
}
