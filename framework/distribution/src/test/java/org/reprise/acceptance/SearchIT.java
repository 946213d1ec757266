package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search as a user runs it: its plan, its trials side by side after a kill, what is told. */
class SearchIT {
  @TempDir Path folder;

  @Test
  void aSearchByJobsAfterAKillEndsAsOneProcessEndsIt() throws IOException {
    String study =
        Reprise.tiny("[blm]", 64, 4)
            + "search: {method: successive-halving, trials: 4, factor: 2, space:"
            + " {training.optimizer.lr: {log: [0.001, 0.3]}}}\n";
    Files.writeString(folder.resolve("tiny.yaml"), study);
    Reprise reprise = new Reprise(folder);
    String output = "output=" + folder.resolve("runs");
    assertThat(command("run", "@tiny.yaml", "--set", output, "--dry-run").succeeded().out())
        .contains("search blm: successive-halving, 4 trials: 4 to epoch 1, 2 to epoch 2, 1 to")
        .contains("blm-trial4")
        .contains("8 epochs in all, 8 left");
    Reprise.Result wrong = command("run", "@tiny.yaml", "--set", "search.method=randon");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("did you mean \"random\"?");

    String calm = reprise.run("run", "tiny.yaml", "--set", "output=calm", "-q").succeeded().out();
    assertThat(calm)
        .containsPattern("blm-trial[1-4] +[0-9.]+%")
        .containsPattern("blm-trial[1-4]  out: at epoch 1, validation [0-9.]+%, 4. of 4");

    Reprise.Running killed = reprise.start("run", "tiny.yaml").awaitErr("blm-trial2 epoch 1/4");
    killed.process().destroyForcibly();
    killed.await();
    reprise.run("run", "tiny.yaml", "--jobs", "2", "-q").succeeded();
    for (String format : List.of("text", "csv")) {
      assertThat(table("runs", format)).isEqualTo(table("calm", format));
    }
    assertThat(table("runs", "text"))
        .contains("the test split evaluated for the winner alone: 1 search: blm, trial ");
    String listed = command("runs", "@runs/tiny").succeeded().out();
    assertThat(listed.lines().filter(line -> line.contains(" out "))).hasSize(3);
    assertThat(listed).containsPattern("complete +4/4 .* of 4, at epoch 4, validation");
  }

  private Reprise.Result command(String... arguments) {
    return InProcess.command(folder, arguments);
  }

  private String table(String output, String format) {
    return command("compare", "@" + output + "/tiny", "--format", format)
        .succeeded()
        .out()
        .replace(folder + "/" + output, "runs");
  }
}
