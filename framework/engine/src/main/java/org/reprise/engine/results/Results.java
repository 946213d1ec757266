package org.reprise.engine.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.RunDirectory;

/**
 * The runs in some folders.
 *
 * @param runs those whose records can be read, complete or not, in the order of their folders
 * @param unreadable the others
 */
public record Results(List<RunRecord> runs, List<Unreadable> unreadable) {
  private static final int DEEPEST = 8;

  /** Copies the lists. */
  public Results {
    runs = List.copyOf(runs);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Reads every run in some folders.
   *
   * @param places run directories, folders of experiments, or folders of those; a run that is in
   *     several of them counts once
   * @return what was found, damaged runs named
   * @throws InvalidInputException if there is no such folder, or no run in one
   */
  public static Results read(Collection<Path> places) throws IOException {
    Set<Path> seen = new HashSet<>();
    List<Path> folders = new ArrayList<>();
    for (Path place : places) {
      if (!Files.isDirectory(place)) {
        throw new InvalidInputException(
            place + (Files.exists(place) ? ": a file, not a folder of runs" : ": no such folder"));
      }
      int before = folders.size();
      if (!collect(place, 0, seen, folders) && folders.size() == before) {
        throw new InvalidInputException(
            place + ": no runs in it (a run directory is <output>/<experiment>/<label>-<id>)");
      }
    }
    List<Results> read = folders.parallelStream().map(Results::readOne).toList();
    return new Results(
        read.stream().flatMap(one -> one.runs().stream()).toList(),
        read.stream().flatMap(one -> one.unreadable().stream()).toList());
  }

  /** Returns whether a folder was seen before, so that it holds no new run. */
  private static boolean collect(Path folder, int depth, Set<Path> seen, List<Path> found)
      throws IOException {
    if (!seen.add(folder.toRealPath())) {
      return true;
    }
    if (RunDirectory.isRun(folder)) {
      found.add(folder);
    } else if (depth < DEEPEST) {
      List<Path> inside;
      try (Stream<Path> files = Files.list(folder)) {
        inside = files.filter(Files::isDirectory).sorted().toList();
      }
      for (Path next : inside) {
        collect(next, depth + 1, seen, found);
      }
    }
    return false;
  }

  private static Results readOne(Path folder) {
    try {
      return new Results(List.of(RunReader.read(folder)), List.of());
    } catch (InvalidInputException e) {
      return new Results(List.of(), List.of(new Unreadable(folder, e.getMessage())));
    } catch (IOException e) {
      String reason = folder + ": cannot be read: " + e.getMessage();
      return new Results(List.of(), List.of(new Unreadable(folder, reason)));
    }
  }
}
