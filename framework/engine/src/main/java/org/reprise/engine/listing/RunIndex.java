package org.reprise.engine.listing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.results.Results;
import org.reprise.engine.results.RunRecord;
import org.reprise.engine.results.RunState;

/**
 * {@code index.jsonl} in the folder of a study: a line a run, so that thousands of finished runs
 * are listed without opening each. All of it is made of the folders, and made again from them where
 * it is lost or behind.
 */
public final class RunIndex {
  private static final String FILE = "index.jsonl";

  private RunIndex() {}

  /**
   * What lies in a study's folder.
   *
   * @param study the folder
   * @param runs a line each, by folder
   * @param unreadable what is wrong with others, in a line each
   */
  public record Listing(Path study, List<RunLine> runs, List<String> unreadable) {
    /** Copies the lists. */
    public Listing {
      runs = List.copyOf(runs);
      unreadable = List.copyOf(unreadable);
    }

    /** Returns the folder of a run. */
    public Path folder(RunLine run) {
      return run.in(study);
    }
  }

  /**
   * Reads the runs of a study, and brings its index up to date.
   *
   * @param study the folder
   * @return the runs
   * @throws IOException if the folder cannot be read
   */
  public static Listing of(Path study) throws IOException {
    Map<String, RunLine> known = read(study.resolve(FILE));
    List<RunLine> lines = new ArrayList<>();
    List<Path> stale = new ArrayList<>();
    List<Path> folders;
    try (var files = Files.list(study)) {
      folders = files.sorted().toList();
    }
    Map<Path, String> stamps = new HashMap<>();
    for (Path folder : folders) {
      RunLine line = known.get(folder.getFileName().toString());
      String stamp =
          line == null && !Files.exists(folder.resolve("checkpoints")) ? "" : stamp(folder);
      if (line != null && isDone(line.state()) && line.stamp().equals(stamp)) {
        lines.add(line);
      } else if (!stamp.isEmpty()) {
        stale.add(folder);
        stamps.put(folder, stamp);
      }
    }
    List<String> unreadable = new ArrayList<>();
    if (!stale.isEmpty()) {
      Results results = Results.read(stale);
      for (RunRecord run : results.runs()) {
        lines.add(RunLine.of(run, stamps.getOrDefault(run.folder(), "")));
      }
      results.unreadable().forEach(one -> unreadable.add(one.folder() + ": " + one.reason()));
      lines.sort(Comparator.comparing(RunLine::folder));
    }
    if (!stale.isEmpty() || lines.size() != known.size()) {
      write(study.resolve(FILE), lines);
    }
    return new Listing(study, lines, unreadable);
  }

  private static boolean isDone(RunState state) {
    return state == RunState.COMPLETE || state == RunState.OUT;
  }

  private static String stamp(Path folder) throws IOException {
    // asked of thousands of folders: once each, and as a number
    BasicFileAttributes found = Files.readAttributes(folder, BasicFileAttributes.class);
    return found.isDirectory()
        ? Long.toString(found.lastModifiedTime().to(TimeUnit.MICROSECONDS))
        : "";
  }

  // whatever is wrong with it, it is made again
  private static Map<String, RunLine> read(Path file) throws IOException {
    Map<String, RunLine> lines = new HashMap<>();
    if (Files.isRegularFile(file)) {
      try {
        for (String text : JsonFiles.text(file).split("\n")) {
          RunLine line = RunLine.parse(text, file.toString());
          lines.put(line.folder(), line);
        }
      } catch (InvalidInputException | IllegalArgumentException e) {
        return new HashMap<>();
      }
    }
    return lines;
  }

  private static void write(Path file, List<RunLine> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.json()).append('\n'));
    try {
      AtomicFiles.replace(file, text.toString());
    } catch (IOException e) {
      return; // somebody else's folder, or a full disk: the folders hold everything
    }
  }
}
