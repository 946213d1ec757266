package org.reprise.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.reprise.engine.study.CrashText;
import org.reprise.engine.study.StudyRunner;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The processes of {@code --workers}: this one starts them, hands signals on, and sees that all end
 * when one does. Worker 0 speaks to the user; the others write to files.
 */
final class WorkerProcesses {
  /** Names the folder where workers find how others have ended. */
  static final String FOLDER = "REPRISE_WORKERS_FOLDER";

  private static final int BY_SIGNAL = 128;
  private static final String CONNECTED = "[Gloo] Rank ";
  private static final long POLL_MILLIS = 20;

  /** How long the others may take to see that one has ended, and to say so. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final CommandSpec spec;
  private final int count;
  private final List<Process> processes = new ArrayList<>();
  private volatile boolean stopping;
  private Thread relay;

  WorkerProcesses(CommandSpec spec, int count) {
    this.spec = spec;
    this.count = count;
  }

  /**
   * Runs them to their end.
   *
   * @return the exit code of worker 0, or of failure where it was ended
   */
  int run() throws IOException {
    Path folder = Files.createTempDirectory("reprise-workers");
    Thread hook = new Thread(this::stop, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    Interruption.onSignal("USR1", this::leaveOff);
    try {
      start(folder);
      return await(folder);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.STOPPED;
    } finally {
      processes.forEach(Process::destroyForcibly);
      if (!stopping) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
      remove(folder);
    }
  }

  private void start(Path folder) throws IOException {
    List<String> words =
        new ArrayList<>(List.of(Installation.home().resolve("bin/reprise").toString()));
    List<String> given = CommandText.of(spec);
    words.addAll(given.subList(1, given.size()));
    int port = freePort();
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / count);
    for (int rank = 0; rank < count; rank++) {
      ProcessBuilder builder = new ProcessBuilder(words);
      Map<String, String> environment = builder.environment();
      environment.put("RANK", Integer.toString(rank));
      environment.put("LOCAL_RANK", Integer.toString(rank));
      environment.put("WORLD_SIZE", Integer.toString(count));
      environment.put("MASTER_ADDR", "127.0.0.1");
      environment.put("MASTER_PORT", Integer.toString(port));
      environment.put(FOLDER, folder.toString());
      environment.putIfAbsent("OMP_NUM_THREADS", Integer.toString(threads));
      if (rank == 0) {
        builder.inheritIO().redirectOutput(ProcessBuilder.Redirect.PIPE);
      } else {
        builder
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log(folder, rank).toFile());
      }
      processes.add(builder.start());
    }
    relay = new Thread(this::relay, "results of worker 0");
    relay.start();
  }

  /** Hands on what worker 0 prints, and not what the library prints that connects it. */
  private void relay() {
    PrintWriter out = spec.commandLine().getOut();
    try (BufferedReader lines = processes.get(0).inputReader(UTF_8)) {
      lines.lines().filter(line -> !line.startsWith(CONNECTED)).forEach(out::println);
    } catch (IOException | UncheckedIOException e) {
      out.flush(); // it was killed: what it has printed is printed
    }
    out.flush();
  }

  private static Path log(Path folder, int rank) {
    return folder.resolve("worker-" + rank + ".txt");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private int await(Path folder) throws IOException, InterruptedException {
    boolean[] told = new boolean[count];
    Optional<String> first = Optional.empty();
    long deadline = Long.MAX_VALUE;
    while (processes.get(0).isAlive()) {
      for (int rank = 1; rank < count; rank++) {
        Process process = processes.get(rank);
        if (!told[rank] && !process.isAlive() && !isOrderly(process.exitValue())) {
          told[rank] = true;
          String how = CrashText.of(process.exitValue(), log(folder, rank));
          tell(folder, rank, how);
          first = first.isPresent() ? first : Optional.of("worker " + rank + ": " + how);
          deadline = Math.min(deadline, System.nanoTime() + GRACE_NANOS);
        }
      }
      if (System.nanoTime() - deadline > 0 && deadline != Long.MAX_VALUE) {
        processes.get(0).destroyForcibly().waitFor();
        return failed(first.orElseThrow() + "; worker 0 did not end by itself");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    relay.join();
    int code = processes.get(0).exitValue();
    if (code > BY_SIGNAL && !isOrderly(code)) {
      return failed("worker 0: " + CrashText.of(code, folder.resolve("none")));
    }
    if (isOrderly(code)) { // the others are through at the same moment
      for (Process process : processes) {
        process.waitFor(5, TimeUnit.SECONDS);
      }
    }
    return code;
  }

  /** Tells whether a worker ended as it should, because it was done or asked to stop. */
  private static boolean isOrderly(int code) {
    return code == 0
        || code == Main.STOPPED
        || code == Main.TERMINATED
        || code == StudyRunner.TO_GO_ON;
  }

  /** Worker 0 has all of them end after the epoch. */
  private void leaveOff() {
    try {
      new ProcessBuilder("kill", "-USR1", Long.toString(processes.get(0).pid())).start();
    } catch (IOException e) {
      processes.get(0).destroy(); // after the step, then
    }
  }

  private static void tell(Path folder, int rank, String how) throws IOException {
    Path file = folder.resolve("ended-" + rank);
    Files.writeString(file.resolveSibling(file.getFileName() + ".new"), how);
    Files.move(file.resolveSibling(file.getFileName() + ".new"), file);
  }

  private int failed(String how) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "reprise: "
            + Main.shown(how)
            + "; all workers have ended, the same command goes on from the last checkpoint");
    return Main.FAILED;
  }

  /** Worker 0 has all of them end after the step. */
  private void stop() {
    stopping = true;
    if (processes.isEmpty()) {
      return;
    }
    Process first = processes.get(0);
    first.destroy();
    try {
      first.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    processes.forEach(Process::destroyForcibly);
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
