package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A study of 2 data sets and 2 mappers that is killed, stopped by Ctrl-C among its jobs, and gone
 * on with, beside one that is left alone. {@code scripts/check-study.sh} does so at length.
 */
class StudyKilledIT {
  private static final int INTERRUPT = 2;
  private static final int STOPPED = 130;
  private static final int TERMINATED = 143;
  private static final long PATIENCE_MILLIS = 120_000;

  @TempDir Path folder;

  @Test
  void aStudyThatIsKilledAndStoppedGivesTheSameTable() throws IOException, InterruptedException {
    String study = Reprise.tiny("[ilm, blm]", 64, 12) + "sweep: {dataset.data-seed: [1, 2]}\n";
    Files.writeString(folder.resolve("tiny.yaml"), study);
    Reprise reprise = new Reprise(folder);
    reprise.run("run", "tiny.yaml", "--set", "output=calm", "--quiet").succeeded();

    Reprise.Running first = reprise.start("run", "tiny.yaml").awaitErr("epoch 2/12");
    first.process().destroyForcibly();
    first.await();

    // all processes end within a step, and none of their runs counts as failed
    Reprise.Running second =
        reprise.start("run", "tiny.yaml", "--jobs", "2").awaitErr("started data-seed1-blm");
    awaitMetrics(reprise, "data-seed1-blm");
    List<ProcessHandle> jobs = second.process().descendants().toList();
    Reprise.Result stopped = second.signal(Reprise.hears(INTERRUPT) ? "INT" : "TERM").await();
    assertThat(stopped.exitCode()).as(stopped.err()).isIn(STOPPED, TERMINATED);
    assertThat(jobs).isNotEmpty();
    for (ProcessHandle job : jobs) {
      assertThat(job.isAlive()).as(job.info().toString()).isFalse();
    }
    String runs = InProcess.command(folder, "runs", "@runs/tiny").succeeded().out();
    assertThat(runs).doesNotContain("failed").contains("incomplete");

    reprise.run("run", "tiny.yaml", "--jobs", "2", "--quiet").succeeded();
    for (String format : List.of("text", "csv")) {
      assertThat(table("runs", format)).isEqualTo(table("calm", format));
    }
    assertThat(table("calm", "text")).contains("ilm", "blm");
  }

  private String table(String output, String format) {
    return InProcess.command(folder, "compare", "@" + output + "/tiny", "--format", format)
        .succeeded()
        .out()
        .replace(folder + "/" + output, "runs");
  }

  private static void awaitMetrics(Reprise reprise, String label)
      throws IOException, InterruptedException {
    for (int i = 0; i < PATIENCE_MILLIS / 10; i++) {
      List<Path> runs = Reprise.runs(reprise.tiny(), label);
      if (runs.size() == 1 && Files.exists(runs.get(0).resolve("metrics.jsonl"))) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError(label + " has no epoch after " + PATIENCE_MILLIS + " ms");
  }
}
