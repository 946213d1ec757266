package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies as a user runs them, with a mapper that ends its process as a crash does. */
class StudyIT {
  private static final String DYING =
      """
      import org.bytedeco.pytorch.Tensor;
      import org.reprise.api.mapping.*;
      import org.reprise.api.options.Option;

      public final class Dying implements LabelMapperFactory<Dying.Options> {
        public record Options(@Option("of kill") String signal) {}

        public String name() { return "dying"; }
        public String description() { return "Ends its process."; }
        public Class<Options> optionsType() { return Options.class; }

        public LabelMapper create(Options options, LabelMapperContext context) {
          return new Mapper(options.signal());
        }

        private record Mapper(String signal) implements LabelMapper, EvidenceBased {
          public Evidence evidence() { return Evidence.EVERY_EPOCH; }
          public void observe(Tensor logits, Tensor labels) {
            try {
              String pid = Long.toString(ProcessHandle.current().pid());
              new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
              Thread.sleep(10_000);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
          public void refit() {}
          public Tensor map(Tensor logits) { return logits; }
          public void close() {}
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void aProcessThatCrashesIsOneRedRow() throws IOException {
    new PluginJar("dying", "^2.0.0", "Dying", DYING).build(folder, folder.resolve("extra"));
    String mapping = "[{name: dying, signal: KILL}, {name: dying, signal: SEGV}, blm]";
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny(mapping, 64, 1));
    Reprise reprise = new Reprise(folder);

    Reprise.Result plan = reprise.run("run", "tiny.yaml", "--plugins", "extra", "--dry-run");
    assertThat(plan.succeeded().out())
        .containsPattern("0 +- +dying +new +unknown")
        .contains("3 runs, 3 to do");
    assertThat(folder.resolve("runs")).doesNotExist();

    Reprise.Result first = reprise.run("run", "tiny.yaml", "--plugins", "extra", "--jobs", "2");
    assertThat(first.exitCode()).as(first.err()).isEqualTo(1);
    assertRows(first.out());
    assertThat(first.err()).contains("started blm (", "1 of 3 done, 2 failed");
    assertThat(Records.metrics(reprise.runOf("blm"))).hasSize(1);

    // in one process they would end it, and they are left as they are
    Reprise.Result second = reprise.run("run", "tiny.yaml", "--plugins", "extra");
    assertThat(second.exitCode()).as(second.err()).isEqualTo(1);
    assertRows(second.out());
    assertThat(second.err()).contains("blm: complete already").contains("--retry");

    String failed = reprise.run("runs", "--where", "state=failed").succeeded().out();
    assertThat(failed).containsPattern("dying +failed").containsPattern("dying-2 +failed");
    assertThat(failed).doesNotContain("blm");
  }

  private static void assertRows(String out) {
    assertThat(out)
        .containsPattern("dying +failed: the process was killed \\(SIGKILL\\)")
        .containsPattern("dying-2 +failed: the process crashed: SIGSEGV")
        .containsPattern("blm +[0-9.]+%");
  }

  /** What a batch system asks for before a process's time is up. */
  @Test
  void aRunThatIsToldOfItsEndStopsAfterTheEpochAndGoesOn() throws IOException {
    Files.writeString(
        folder.resolve("tiny.yaml"),
        Reprise.tiny("blm", 320, 30) + "sweep: {seed: [0], dataset.data-seed: [1, 2]}\n");
    Reprise reprise = new Reprise(folder);
    String label = "data-seed2-blm-seed0";
    Reprise.Result told =
        reprise
            .start("run", "tiny.yaml", "--only", label)
            .awaitErr("epoch 1/30")
            .signal("USR1")
            .await();

    assertThat(told.exitCode()).as(told.err()).isEqualTo(138);
    int epochs = Records.metrics(reprise.runOf(label)).size();
    assertThat(epochs).isBetween(1, 29);
    assertThat(told.err()).contains("epoch " + epochs + "/30").contains("the same command goes on");
    String runs = reprise.run("runs").succeeded().out();
    assertThat(runs)
        .containsPattern(label + " +incomplete +" + epochs + "/30")
        .contains("1 of its runs not begun: data-seed1-blm-seed0");
  }
}
