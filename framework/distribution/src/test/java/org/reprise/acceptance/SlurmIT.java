package org.reprise.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A study by an array job of a real Slurm: one controller and one node on this machine, started
 * here. It takes a minute or two and needs root and Debian's slurm-wlm and munge: {@code .ci/run}
 * asks for it where it can be had (REPRISE_SLURM=required), and elsewhere it is left out and says
 * so.
 */
class SlurmIT {
  private static final List<String> PROGRAMS =
      List.of("sbatch", "squeue", "scancel", "scontrol", "slurmctld", "slurmd", "munged");
  private static final long PATIENCE_SECONDS = 240;
  private static final boolean WANTED = "required".equals(System.getenv("REPRISE_SLURM"));

  @TempDir Path folder;
  private final List<Process> daemons = new ArrayList<>();
  private Path state;
  private Reprise reprise;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    if (!WANTED) {
      System.out.println(
          "SlurmIT: left out, as it needs root, slurm-wlm and munge; asked for with REPRISE_SLURM=required");
    }
    assumeTrue(WANTED, "not asked for with REPRISE_SLURM=required");
    assertThat(missing()).as("what Slurm needs here").isEmpty();
    state = Files.createTempDirectory("slurm"); // the path of a socket is short
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : List.of("run", "state", "spool")) {
      Files.createDirectories(state.resolve(name));
    }
    byte[] key = new byte[1024];
    new SecureRandom().nextBytes(key);
    Path munge = Files.write(state.resolve("munge.key"), key);
    Files.setPosixFilePermissions(munge, PosixFilePermissions.fromString("r--------"));
    Path configuration = Files.writeString(state.resolve("slurm.conf"), configuration());
    reprise = new Reprise(folder).with("SLURM_CONF", configuration.toString());
    daemon(
        "munged",
        "--foreground",
        "--force",
        "--key-file=" + munge,
        "--socket=" + state.resolve("run/munge.socket"),
        "--pid-file=" + state.resolve("run/munged.pid"),
        "--log-file=" + state.resolve("munged.log"),
        "--seed-file=" + state.resolve("munge.seed"));
    TimeUnit.SECONDS.sleep(1);
    daemon("slurmctld", "-D", "-f", configuration.toString());
    daemon("slurmd", "-D", "-f", configuration.toString(), "-N", "localhost");
    await("idle", "sinfo", "-h", "-o", "%T");
  }

  /** Says what is missing; nothing where Slurm can be started here. */
  private static String missing() throws IOException, InterruptedException {
    StringBuilder missing = new StringBuilder();
    if (!"root".equals(System.getProperty("user.name"))) {
      missing.append("root; ");
    }
    for (String program : PROGRAMS) {
      int found =
          new ProcessBuilder("sh", "-c", "command -v " + program)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      missing.append(found == 0 ? "" : program + "; ");
    }
    return missing.toString();
  }

  private String configuration() throws IOException {
    return String.join(
        "\n",
        "ClusterName=test",
        "SlurmctldHost=localhost(127.0.0.1)",
        "SlurmUser=root",
        "SlurmdUser=root",
        "AuthType=auth/munge",
        "AuthInfo=socket=" + state.resolve("run/munge.socket"),
        "CredType=cred/munge",
        "SlurmctldPort=" + freePort(),
        "SlurmdPort=" + freePort(),
        "StateSaveLocation=" + state.resolve("state"),
        "SlurmdSpoolDir=" + state.resolve("spool"),
        "SlurmctldPidFile=" + state.resolve("run/slurmctld.pid"),
        "SlurmdPidFile=" + state.resolve("run/slurmd.pid"),
        "SlurmctldLogFile=" + state.resolve("slurmctld.log"),
        "SlurmdLogFile=" + state.resolve("slurmd.log"),
        "ProctrackType=proctrack/pgid",
        "TaskPlugin=task/none",
        "AccountingStorageType=accounting_storage/none",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_CPU",
        "ReturnToService=2",
        "MpiDefault=none",
        "SwitchType=switch/none",
        "MailProg=/bin/true",
        "NodeName=localhost NodeAddr=127.0.0.1 CPUs="
            + Runtime.getRuntime().availableProcessors()
            + " RealMemory=1000 State=UNKNOWN",
        "PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
        "");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void daemon(String... command) throws IOException {
    daemons.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(state.resolve(command[0] + ".out").toFile())
            .start());
  }

  private String slurm(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SLURM_CONF", state.resolve("slurm.conf").toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return said.strip();
  }

  private void await(String text, String... command) throws IOException, InterruptedException {
    String said = "";
    for (int i = 0; i < 5 * PATIENCE_SECONDS; i++) {
      said = slurm(command);
      if (text.isEmpty() ? said.isEmpty() : said.contains(text)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    assertThat(said).as(String.join(" ", command)).contains(text);
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (int i = daemons.size() - 1; i >= 0; i--) {
      daemons.get(i).destroy();
      daemons.get(i).waitFor(10, TimeUnit.SECONDS);
      daemons.get(i).destroyForcibly();
    }
  }

  @Test
  void anArrayOfRunsSurvivesNoticeAFailureAndACancel() throws IOException, InterruptedException {
    // of three runs one cannot be trained: its data set has fewer samples of a class than asked for
    String study =
        Reprise.tiny("blm", 320, 12)
            + "sweep: {dataset.shots: [4, {value: 100000}], seed: [0, 1],"
            + " exclude: [{dataset.shots: 100000, seed: 1}]}\n";
    study = study.replace("  epochs: 12", "  epochs: 60");
    Files.writeString(folder.resolve("tiny.yaml"), study);
    Reprise.Result submitted =
        reprise.run("run", "tiny.yaml", "--slurm", "--sbatch-option=--time=10").succeeded();
    assertThat(submitted.out()).contains("submitted as job ", ": 3 runs, by ");
    String job = submitted.out().replaceFirst("(?s).*submitted as job ([0-9]+).*", "$1");

    String listed = reprise.run("runs").succeeded().out();
    assertThat(listed).containsPattern("slurm: shots4-blm-seed[01]: " + job + "_[01] ");

    // as Slurm tells a task whose time is nearly up
    Path first = metricsOf("shots4-blm-seed0");
    slurm("scancel", "--batch", "--signal=USR1", job + "_0");
    Path log = reprise.tiny().resolve("slurm/" + job + "_0.txt");
    awaitText(log, "the same command goes on");
    int epochs = Files.readAllLines(first).size();
    assertThat(epochs).isLessThan(60);
    startAgain(job + "_0");

    // a task that somebody ends
    metricsOf("shots4-blm-seed1");
    slurm("scancel", job + "_1");
    await("", "squeue", "-h", "-r", "-j", job);
    assertThat(Files.readString(reprise.tiny().resolve("slurm/" + job + "_2.txt")))
        .contains("shots: 100000, but class");

    Reprise.Result rest = reprise.run("run", "tiny.yaml", "--quiet");
    assertThat(rest.exitCode()).isEqualTo(1);
    assertThat(rest.out()).containsPattern("shots100000-blm-seed0 +failed: shots: 100000");
    Path plain = Files.createDirectories(folder.resolve("plain"));
    reprise.run("run", "tiny.yaml", "--quiet", "--set", "output=" + plain);
    for (String label : List.of("shots4-blm-seed0", "shots4-blm-seed1")) {
      Records.assertSame(reprise.runOf(label), Reprise.run(plain.resolve("tiny"), label));
    }
  }

  @Test
  void aSearchIsATaskThatGoesOnWhereItsNoticeCame() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("tiny.yaml"),
        Reprise.tiny("[blm, ilm]", 320, 16)
            + "search: {method: successive-halving, trials: 4, factor: 2, space:"
            + " {training.optimizer.lr: {log: [0.001, 0.3]}}}\n");
    Path calm = Files.createDirectories(folder.resolve("calm"));
    reprise.run("run", "tiny.yaml", "-q", "--set", "output=" + calm).succeeded();
    Reprise.Result submitted =
        reprise.run("run", "tiny.yaml", "--slurm", "--sbatch-option=--time=10").succeeded();
    String job = submitted.out().replaceFirst("(?s).*submitted as job ([0-9]+).*", "$1");
    assertThat(reprise.tiny().resolve("slurm.sh")).content().contains("--array=0-1");

    metricsOf("blm-trial2");
    slurm("scancel", "--batch", "--signal=USR1", job + "_0");
    awaitText(reprise.tiny().resolve("slurm/" + job + "_0.txt"), "the same command goes on");
    startAgain(job + "_0");
    await("", "squeue", "-h", "-r");

    assertThat(reprise.run("run", "tiny.yaml", "--dry-run").succeeded().out()).contains(", 0 left");
    for (String format : List.of("text", "csv")) {
      assertThat(reprise.run("compare", "runs/tiny", "--format", format).succeeded().out())
          .isEqualTo(
              reprise
                  .run("compare", "calm/tiny", "--format", format)
                  .succeeded()
                  .out()
                  .replace("calm/tiny", "runs/tiny"));
    }
  }

  /** Lets a task that has queued itself again start now, and not after Slurm's two minutes. */
  private void startAgain(String task) throws IOException, InterruptedException {
    await(task + " PENDING", "squeue", "-h", "-r", "-o", "%i %T");
    TimeUnit.SECONDS.sleep(3); // the credential of its first start is revoked at first
    slurm("scontrol", "update", "JobId=" + task, "StartTime=now");
    await(task + " RUNNING", "squeue", "-h", "-r", "-o", "%i %T");
  }

  /** Waits until a run has an epoch behind it. */
  private Path metricsOf(String label) throws IOException, InterruptedException {
    for (int i = 0; i < 5 * PATIENCE_SECONDS; i++) {
      List<Path> runs =
          Files.isDirectory(reprise.tiny()) ? Reprise.runs(reprise.tiny(), label) : List.of();
      if (runs.size() == 1
          && Files.exists(runs.get(0).resolve("metrics.jsonl"))
          && Files.size(runs.get(0).resolve("metrics.jsonl")) > 0) {
        return runs.get(0).resolve("metrics.jsonl");
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError(label + " has no epoch after " + PATIENCE_SECONDS + " s");
  }

  private static void awaitText(Path file, String text) throws IOException, InterruptedException {
    for (int i = 0; i < 5 * PATIENCE_SECONDS; i++) {
      if (Files.exists(file) && Files.readString(file).contains(text)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    assertThat(file).content().contains(text);
  }
}
