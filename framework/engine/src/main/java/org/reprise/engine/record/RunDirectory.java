package org.reprise.engine.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.reprise.api.InvalidInputException;

/**
 * The folder of one run, {@code <output>/<experiment>/<UTC time>/<mapper>}: {@code
 * experiment.yaml}, {@code provenance.json}, {@code metrics.jsonl}, {@code checkpoints/}, {@code
 * report.html}. The time folder above holds the {@code experiment.yaml} of the whole list.
 *
 * @param folder the folder
 */
public record RunDirectory(Path folder) {
  public static final String EXPERIMENT = "experiment.yaml";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * Makes a new time folder; never one that exists.
   *
   * @throws InvalidInputException if it cannot be made there
   * @throws IOException if the disk is full; no folder is left behind then
   */
  public static Path newTimeFolder(Path output, String experiment, String yaml) throws IOException {
    Path parent = output.resolve(experiment);
    Path folder;
    try {
      Files.createDirectories(parent);
      folder = nextTimeFolder(parent);
    } catch (FileSystemException e) {
      throw WriteFailure.of("output: a run directory in " + parent.toAbsolutePath(), e);
    }
    try {
      AtomicFiles.replace(folder.resolve(EXPERIMENT), yaml);
      return folder;
    } catch (IOException e) {
      Files.deleteIfExists(folder);
      throw e;
    }
  }

  private static Path nextTimeFolder(Path parent) throws IOException {
    String time = TIME.format(Instant.now());
    for (int i = 1; ; i++) {
      try {
        return Files.createDirectory(parent.resolve(i == 1 ? time : time + "-" + i));
      } catch (FileAlreadyExistsException e) {
        // another run began in this second: try the next name
      }
    }
  }

  /** Makes the folder and writes the experiment, if that was not done yet. */
  public void create(String yaml) throws IOException {
    Files.createDirectories(checkpoints());
    if (!Files.exists(folder.resolve(EXPERIMENT))) {
      AtomicFiles.replace(folder.resolve(EXPERIMENT), yaml);
    }
  }

  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  public Path provenance() {
    return folder.resolve("provenance.json");
  }

  public Path report() {
    return folder.resolve("report.html");
  }

  private Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  /** Tells the folder of one run, as {@link #create} makes it, from the time folder above it. */
  public static boolean isRun(Path folder) {
    RunDirectory run = new RunDirectory(folder);
    return Files.exists(run.provenance()) || Files.exists(run.checkpoints());
  }

  /** Appends a line and syncs it. */
  public void appendMetrics(String line) throws IOException {
    try (FileChannel channel =
        FileChannel.open(metrics(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw WriteFailure.naming(metrics(), e);
    }
  }

  /**
   * Reads the complete lines; a last line without an end was cut off by a crash and is left out.
   */
  public List<EpochRecord> readMetrics() throws IOException {
    List<EpochRecord> records = new ArrayList<>();
    if (Files.exists(metrics())) {
      String text = JsonFiles.text(metrics());
      String[] lines = text.split("\n", -1);
      for (int i = 0; i + 1 < lines.length; i++) {
        records.add(EpochRecord.parse(lines[i], metrics() + ":" + (i + 1)));
      }
    }
    return records;
  }

  /**
   * Makes the metrics agree with a checkpoint: cuts lines past it, and adds its own if the crash
   * came before that.
   */
  public void alignMetrics(int epochs, String lastLine) throws IOException {
    List<EpochRecord> kept =
        new ArrayList<>(readMetrics().stream().filter(epoch -> epoch.epoch() <= epochs).toList());
    if (!lastLine.isEmpty() && (kept.isEmpty() || kept.get(kept.size() - 1).epoch() < epochs)) {
      kept.add(EpochRecord.parse(lastLine, "checkpoint"));
    }
    StringBuilder text = new StringBuilder();
    kept.forEach(epoch -> text.append(epoch.line()).append('\n'));
    AtomicFiles.replace(metrics(), text.toString());
  }
}
