package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ctrl-C at the moments that a run seldom meets. A mapper that never returns from one of its
 * methods holds the run there, so that no test depends on time.
 */
class InterruptionIT {
  private static final int INTERRUPT = 2;
  private static final int STOPPED = 130;

  private static final String HELD =
      """
      import java.util.*;
      import org.bytedeco.pytorch.Tensor;
      import org.reprise.api.mapping.*;
      import org.reprise.api.options.Option;
      import org.reprise.api.training.ParameterGroup;

      public final class Held implements LabelMapperFactory<Held.Options> {
        public record Options(@Option("create or observe") String at) {}

        public String name() { return "held"; }
        public String description() { return "Never returns."; }
        public Class<Options> optionsType() { return Options.class; }

        public LabelMapper create(Options options, LabelMapperContext context) {
          if (options.at().equals("create")) {
            hold();
          }
          return new Mapper();
        }

        private static final class Mapper implements LabelMapper, EvidenceBased {
          public Evidence evidence() { return Evidence.EVERY_EPOCH; }
          public void observe(Tensor logits, Tensor labels) { hold(); }
          public void refit() {}
          public Tensor map(Tensor logits) { return logits; }
          public void close() {}
        }

        private static void hold() {
          System.err.println("never returns");
          while (true) {
            try {
              Thread.sleep(1000);
            } catch (InterruptedException e) {
              System.err.println("interrupted");
            }
          }
        }
      }
      """;

  @TempDir Path folder;
  private Reprise reprise;

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(Reprise.hears(INTERRUPT), "Ctrl-C is ignored here, by whoever started this");
    reprise = new Reprise(folder);
    Files.writeString(folder.resolve("tiny.yaml"), Reprise.tiny("[blm]", 64, 1));
  }

  private Reprise.Running held(String at) throws IOException {
    new PluginJar("held", "^2.0.0", "Held", HELD).build(folder, folder.resolve("extra"));
    String mapping = "mapping=[blm, {name: held, at: " + at + "}]";
    return reprise
        .start("run", "tiny.yaml", "--plugins", "extra", "--set", mapping)
        .awaitErr("never returns");
  }

  @Test
  void beforeThereIsARunFolderThereIsNothingToKeep() throws IOException {
    Reprise.Result stopped = held("create").signal("INT").await();

    assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(STOPPED);
    assertThat(stopped.err()).endsWith("reprise: stopped before anything was recorded\n");
    assertThat(stopped.out()).isEmpty();
    assertThat(folder.resolve("runs")).doesNotExist();
    reprise.run("run", "tiny.yaml").succeeded();
  }

  @Test
  void whileDataLoadTheRunCanBeResumed() throws IOException {
    Reprise.Running loading =
        reprise
            .start("run", "tiny.yaml", "--progress", "bar", "--set", "dataset.train=100000")
            .awaitErr("loading train: ");

    Reprise.Result stopped = loading.signal("INT").await();

    assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(STOPPED);
    Path experiment = folder.relativize(reprise.tiny());
    assertThat(stopped.err().strip())
        .endsWith("reprise: stopped; go on with: reprise resume " + experiment);
    assertThat(stopped.err()).doesNotContain("epoch", "Exception");
    assertNothingHalf();
    Path yaml = reprise.tiny().resolve("experiment.yaml"); // loading them all takes a while
    Files.writeString(yaml, Files.readString(yaml).replace("train: 100000", "train: 64"));
    reprise.run("resume", experiment.toString()).succeeded();
    assertThat(Records.metrics(reprise.runOf("blm"))).hasSize(1);
    reprise.run("run", "tiny.yaml").succeeded();
  }

  @Test
  void theSecondTimeItStopsAtOnce() throws IOException {
    Reprise.Running running = held("observe").signal("INT").awaitErr("Ctrl-C again stops at once");

    Reprise.Result stopped = running.signal("INT").await();

    assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(STOPPED);
    assertThat(stopped.err().strip())
        .endsWith(
            "reprise: stopped at once; go on with: reprise resume "
                + folder.relativize(reprise.tiny()));
    assertNothingHalf();
    assertThat(Records.metrics(reprise.runOf("blm"))).hasSize(1);
    Path yaml = reprise.tiny().resolve("experiment.yaml");
    String held = "name: \"held\"\n  at: \"observe\"";
    assertThat(yaml).content().contains(held);
    Files.writeString(yaml, Files.readString(yaml).replace(held, "name: ilm"));
    reprise.run("resume", reprise.tiny().toString()).succeeded();
  }

  private void assertNothingHalf() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("runs"))) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }
}
