package org.reprise.engine.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.reprise.api.InvalidInputException;

/**
 * The folder of one run, {@code <output>/<experiment>/<label>-<first 8 of its id>}: {@code
 * experiment.yaml}, {@code provenance.json}, {@code metrics.jsonl}, {@code checkpoints/}, {@code
 * predictions.safetensors}, {@code mapping.safetensors}, {@code pictures/}, {@code report.html}; of
 * a search's trial {@code trial.json}. The folder above holds the {@code experiment.yaml} that was
 * run last.
 *
 * @param folder the folder
 */
public record RunDirectory(Path folder) {
  /** Name of the experiment's file, in a run's folder and in the one above. */
  public static final String EXPERIMENT = "experiment.yaml";

  /** The checkpoint of the last epoch. */
  public static final String LAST = "last";

  /** The checkpoint that the experiment's rule selected. */
  public static final String BEST = "best";

  /** Makes the folder and writes the experiment, if that was not done yet. */
  public void create(String yaml) throws IOException {
    Files.createDirectories(checkpoints());
    if (!Files.exists(folder.resolve(EXPERIMENT))) {
      AtomicFiles.replace(folder.resolve(EXPERIMENT), yaml);
    }
  }

  /** Returns the folder of checkpoints. */
  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** Returns the file that says what the run was made with. */
  public Path provenance() {
    return folder.resolve("provenance.json");
  }

  /** Returns the page for people. */
  public Path report() {
    return folder.resolve("report.html");
  }

  /** Returns the file of each test sample's prediction. */
  public Path predictions() {
    return folder.resolve("predictions.safetensors");
  }

  /** Returns the file of the mapping's largest entries; missing where it is no matrix. */
  public Path mapping() {
    return folder.resolve("mapping.safetensors");
  }

  /** Returns the folder of pictures. */
  public Path pictures() {
    return folder.resolve("pictures");
  }

  /** Returns the file that says which trial of a search the run is; most runs have none. */
  public Path trial() {
    return folder.resolve("trial.json");
  }

  private Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  /** Tells whether everything is there that a run leaves behind; the page is written last. */
  public boolean isComplete() {
    return Files.exists(predictions()) && Files.exists(report());
  }

  /**
   * Tells whether what a page of several runs shows of this one was written after a moment.
   *
   * @param moment as the file system has it
   * @throws IOException if the file system does not say
   */
  public boolean changedAfter(FileTime moment) throws IOException {
    for (Path record : List.of(provenance(), metrics(), trial(), report())) {
      if (Files.exists(record) && Files.getLastModifiedTime(record).compareTo(moment) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Tells the folder of one run, as {@link #create} makes it, from the one above it. */
  public static boolean isRun(Path folder) {
    RunDirectory run = new RunDirectory(folder);
    return Files.exists(run.provenance()) || Files.exists(run.checkpoints());
  }

  /**
   * Returns the runs in a folder.
   *
   * @param above the folder of an experiment
   * @return run directories, by name
   */
  public static List<Path> runsIn(Path above) throws IOException {
    try (var files = Files.list(above)) {
      return files.filter(Files::isDirectory).filter(RunDirectory::isRun).sorted().toList();
    }
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
   *
   * @throws InvalidInputException if a line is damaged
   */
  public List<EpochRecord> readMetrics() throws IOException {
    List<EpochRecord> records = new ArrayList<>();
    if (Files.exists(metrics())) {
      String[] lines = JsonFiles.text(metrics()).split("\n", -1);
      for (int i = 0; i + 1 < lines.length; i++) {
        records.add(EpochRecord.parse(lines[i], metrics() + ":" + (i + 1)));
      }
    }
    return records;
  }

  /**
   * Replaces the line of an epoch.
   *
   * @param record what it says now
   */
  public void replaceMetrics(EpochRecord record) throws IOException {
    StringBuilder text = new StringBuilder();
    for (EpochRecord epoch : readMetrics()) {
      text.append(epoch.epoch() == record.epoch() ? record.line() : epoch.line()).append('\n');
    }
    AtomicFiles.replace(metrics(), text.toString());
  }

  /**
   * Makes the metrics agree with a checkpoint: cuts lines past it, and adds its own if the crash
   * came before that.
   *
   * @param epochs that the checkpoint has seen
   * @param lastLine the checkpoint's own; empty for none
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
