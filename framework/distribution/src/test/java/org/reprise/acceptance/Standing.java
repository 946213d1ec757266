package org.reprise.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The installation in a process that stays for several commands of one folder and environment:
 * starting Java and loading libtorch takes longer than most commands. One at a time: the next one
 * ends the last one.
 */
final class Standing {
  private static Standing latest;

  private final Path folder;
  private final Map<String, String> environment;
  private final Process process;
  private final Path err;

  private Standing(ProcessBuilder builder) throws IOException {
    this.folder = builder.directory().toPath();
    this.environment = Map.copyOf(builder.environment());
    this.err = Files.createTempFile("reprise", ".err");
    String options = builder.environment().get("REPRISE_JAVA_OPTS");
    builder.command(command(options)).environment().putIfAbsent("LC_ALL", "C.UTF-8");
    process =
        builder.redirectOutput(ProcessBuilder.Redirect.PIPE).redirectError(err.toFile()).start();
  }

  /**
   * Returns the process of a folder and an environment.
   *
   * @param builder has the folder and the environment
   */
  static synchronized Standing of(ProcessBuilder builder) throws IOException {
    if (latest == null
        || !latest.process.isAlive()
        || !latest.folder.equals(builder.directory().toPath())
        || !latest.environment.equals(builder.environment())) {
      if (latest != null) {
        latest.end();
      }
      latest = new Standing(builder);
    }
    return latest;
  }

  /** The launcher's words, with the classes of the tests behind the installation's. */
  private static List<String> command(String options) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx2g", "-XX:+UseSerialGC", "-Xshare:auto", "-Djava.awt.headless=true"));
    words.add("-Dorg.bytedeco.javacpp.maxBytes=0");
    words.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    words.addAll(List.of("-Dfile.encoding=UTF-8", "-Djava.library.path="));
    words.add("-Dreprise.home=" + Reprise.INSTALLATION);
    words.add("-Dreprise.terminal=false");
    words.addAll(List.of(options.split(" ")));
    Path tests =
        Path.of(CommandServer.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    words.addAll(List.of("-cp", Reprise.INSTALLATION.resolve("lib") + "/*:" + tests));
    words.add(CommandServer.class.getName());
    return words;
  }

  /** Carries out a command; a process that ended over it is a result as well. */
  Reprise.Result run(long timeoutSeconds, String... arguments) {
    try {
      long before = Files.size(err);
      DataOutputStream request = new DataOutputStream(process.getOutputStream());
      request.writeInt(arguments.length);
      for (String argument : arguments) {
        request.writeUTF(argument);
      }
      request.flush();
      CompletableFuture<Reprise.Result> answer = CompletableFuture.supplyAsync(this::answer);
      Reprise.Result result = answer.get(timeoutSeconds, TimeUnit.SECONDS);
      byte[] all = Files.readAllBytes(err);
      String rest = new String(all, (int) before, all.length - (int) before, UTF_8);
      return new Reprise.Result(result.exitCode(), result.out(), result.err() + rest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TimeoutException | ExecutionException e) {
      end();
      throw new AssertionError("no answer to " + String.join(" ", arguments), e);
    } catch (InterruptedException e) {
      end();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private Reprise.Result answer() {
    try {
      DataInputStream in = new DataInputStream(process.getInputStream());
      int first = in.read();
      if (first < 0) {
        return new Reprise.Result(process.waitFor(), "", "");
      }
      int code = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
      String out = new String(in.readNBytes(in.readInt()), UTF_8);
      String said = new String(in.readNBytes(in.readInt()), UTF_8);
      return new Reprise.Result(code, out, said);
    } catch (IOException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  private void end() {
    process.destroyForcibly();
    try {
      Files.deleteIfExists(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
