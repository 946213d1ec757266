package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that is killed or stopped at any moment ends, once resumed, as if nothing had happened. */
class ResumeIT {
  private static final List<String> RUNS = List.of("blm++", "ilm");
  private static final int EPOCHS = 4;
  private static final int KILLS = 5;

  @TempDir static Path shared;
  private static Path uninterrupted;
  private static long uninterruptedMillis;

  @TempDir Path folder;

  @BeforeAll
  static void runUninterrupted() throws IOException {
    Reprise reprise = place(shared);
    long start = System.nanoTime();
    reprise.run("run", "tiny.yaml").succeeded();
    uninterruptedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    uninterrupted = reprise.tiny();
  }

  private static Reprise place(Path folder) throws IOException {
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("[blm++, ilm]", 96, EPOCHS));
    return new Reprise(folder);
  }

  @Test
  void sameExperimentTwiceGivesSameNumbersAndResumingItChangesNothing() throws IOException {
    Reprise reprise = place(folder);
    reprise.run("run", "tiny.yaml").succeeded();
    Path experiment = reprise.tiny();
    assertSameAsUninterrupted(experiment);
    Map<String, String> before = Records.contents(experiment);

    Reprise.Result again = reprise.run("resume", experiment.toString()).succeeded();

    assertThat(again.out()).contains("blm++", "ilm");
    assertThat(Records.contents(experiment)).isEqualTo(before);
    assertThat(reprise.run("run", "tiny.yaml").succeeded().err()).contains("complete already");
    assertThat(Records.contents(experiment)).isEqualTo(before);
  }

  @Test
  void killedAtRandomMomentsEndsTheSame() throws IOException, InterruptedException {
    long seed = Long.getLong("reprise.seed", System.nanoTime());
    System.out.println("ResumeIT: -Dreprise.seed=" + seed);
    Random random = new Random(seed);
    Reprise reprise = place(folder);

    for (int kills = 0; kills < KILLS; kills++) {
      Reprise.Running running = startOrResume(reprise, random);
      // early ones hit the start and the loading, late ones the training; an end may come first
      long millis = uninterruptedMillis / 6 + random.nextLong(uninterruptedMillis / 2);
      running.process().waitFor(millis, TimeUnit.MILLISECONDS);
      running.process().destroyForcibly().waitFor();
      System.out.println("ResumeIT: killed after " + millis + " ms");
    }
    startOrResume(reprise, random).await().succeeded();

    System.out.println("ResumeIT: seed " + seed);
    assertSameAsUninterrupted(reprise.tiny());
  }

  private static Reprise.Running startOrResume(Reprise reprise, Random random) throws IOException {
    // running again goes on as resuming does
    return reprise.hasBegun() && random.nextBoolean()
        ? reprise.start("resume", reprise.tiny().toString())
        : reprise.start("run", "tiny.yaml");
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143, 15", "INT, 130, 2"})
  void stopsAfterTheStepAndSaysHowToGoOn(String signal, int exitCode, int number)
      throws IOException {
    assumeTrue(
        Reprise.hears(number), "signal " + number + " is ignored here, by whoever started this");
    Reprise reprise = place(folder);
    Reprise.Running running = reprise.start("run", "tiny.yaml").awaitErr("epoch 1/" + EPOCHS);

    Reprise.Result stopped = running.signal(signal).await();

    assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(exitCode);
    Path experiment = reprise.tiny();
    String command = "reprise resume " + folder.relativize(experiment);
    assertThat(stopped.err().strip())
        .contains((signal.equals("TERM") ? "SIGTERM: " : "reprise: ") + "stopping after this step")
        .endsWith(command);
    assertThat(Records.metrics(reprise.runOf("blm++"))).hasSizeBetween(1, EPOCHS);
    reprise.run("resume", folder.relativize(experiment).toString()).succeeded();
    assertSameAsUninterrupted(experiment);
  }

  private static void assertSameAsUninterrupted(Path experiment) throws IOException {
    for (String run : RUNS) {
      Records.assertSame(Reprise.run(experiment, run), Reprise.run(uninterrupted, run));
    }
  }
}
