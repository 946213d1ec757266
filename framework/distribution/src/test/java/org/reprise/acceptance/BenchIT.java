package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benches of an experiment report in one form, beside an older report where one is given. */
class BenchIT {
  @TempDir Path folder;

  @Test
  void stepAndLoaderReportAndAreCompared() throws IOException {
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("blm++", 96, 12));
    Reprise reprise = new Reprise(folder);
    Reprise.Result step =
        reprise
            .run("bench", "step", "tiny.yaml", "--rounds", "2", "--json", "step.json")
            .succeeded();
    assertThat(step.out()).contains("limits here: a copy of", "training step", "network alone");
    JsonNode report = new ObjectMapper().readTree(folder.resolve("step.json").toFile());
    assertThat(report.path("bench").asText()).isEqualTo("step");
    assertThat(report.path("limits").path("copy_gigabytes").asDouble()).isPositive();
    assertThat(report.path("measured")).hasSize(2);
    for (JsonNode row : report.path("measured")) {
      assertThat(row.path("figures").path("ms").asDouble()).as("%s", row).isPositive();
    }
    assertThat(folder.resolve("runs")).doesNotExist();
    Reprise.Result none = reprise.run("bench", "step", "tiny.yaml", "--set", "training.epochs=1");
    assertThat(none.exitCode()).as(none.err()).isEqualTo(2);
    assertThat(none.err()).contains("at least 2 epochs", "found 1 of 3");

    Reprise.Result again =
        reprise
            .run(
                "bench",
                "step",
                "tiny.yaml",
                "--rounds",
                "1",
                "--compare",
                "step.json",
                "--html",
                "step.html")
            .succeeded();
    assertThat(again.out()).contains("compared with step.json", "training step, ms: ");
    assertThat(Files.readString(folder.resolve("step.html")))
        .contains("<td>training step</td>", "compared with step.json");

    Reprise.Result other = reprise.run("bench", "loader", "tiny.yaml", "--compare", "step.json");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("not a report of bench loader, but of bench step");
    assertThat(reprise.run("bench", "loader", "tiny.yaml", "--rounds", "3").succeeded().out())
        .contains("gathered", "share of the copy");
  }
}
