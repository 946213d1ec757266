package org.reprise.engine.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.RunLock;

/** Makes pages of runs, studies and pairs of runs. */
public final class Reports {
  /** The page of a large study takes seconds. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Reports() {}

  /**
   * Reads what a page shows.
   *
   * @param folder a run directory, or the folder of an experiment
   * @param paths whether to keep where things lie on the machine of the run
   * @return one JSON tree
   * @throws InvalidInputException if the folder is neither, or a record is damaged
   * @throws IOException if a record cannot be read
   */
  public static ObjectNode data(Path folder, boolean paths) throws IOException {
    return RunDirectory.isRun(folder) ? RunView.of(folder, paths) : StudyView.of(folder);
  }

  /**
   * Reads what a page of two runs shows.
   *
   * @param first a run directory
   * @param second another
   * @param paths as for {@link #data}
   * @return one JSON tree, {@code first} and {@code second}
   * @throws InvalidInputException likewise
   * @throws IOException likewise
   */
  public static ObjectNode pair(Path first, Path second, boolean paths) throws IOException {
    return PairView.of(first, second, paths);
  }

  /**
   * Makes a page.
   *
   * @param data of {@link #data} or {@link #pair}
   * @return one HTML file
   * @throws IOException if the installation is not whole
   */
  public static String html(ObjectNode data) throws IOException {
    return Page.html(title(data), data);
  }

  private static String title(ObjectNode data) {
    return switch (data.path("kind").asText()) {
      case "run" -> data.path("label").asText() + " · " + data.path("experiment").asText();
      case "pair" -> data.at("/first/label").asText() + " and " + data.at("/second/label").asText();
      default -> data.path("experiment").asText();
    };
  }

  /**
   * Writes {@code report.html} into the folder that it is about.
   *
   * @param folder a run directory, or the folder of an experiment
   * @return the file
   * @throws InvalidInputException as for {@link #data}
   * @throws IOException if a record cannot be read or the page not be written
   */
  public static Path write(Path folder) throws IOException {
    Path file = new RunDirectory(folder).report();
    if (RunDirectory.isRun(folder)) { // whoever trains it has its lock
      AtomicFiles.replace(file, html(data(folder, false)));
      return file;
    }
    // several processes may end runs of one study at once: the last to write has read the most
    try (RunLock lock = RunLock.take(folder, PATIENCE)) {
      AtomicFiles.replace(file, html(data(folder, false)));
    }
    return file;
  }

  /**
   * Writes the page of a study, unless it is as new as every run of it.
   *
   * @param study the folder of an experiment
   * @return the file
   * @throws InvalidInputException as for {@link #data}
   * @throws IOException as for {@link #write}
   */
  public static Path refresh(Path study) throws IOException {
    Path page = new RunDirectory(study).report();
    return isAsNew(page, study) ? page : write(study);
  }

  private static boolean isAsNew(Path page, Path study) throws IOException {
    if (!Files.isRegularFile(page)) {
      return false;
    }
    FileTime made = Files.getLastModifiedTime(page);
    try (Stream<Path> entries = Files.list(study)) {
      for (Path run : entries.filter(RunDirectory::isRun).toList()) {
        if (new RunDirectory(run).changedAfter(made)) {
          return false;
        }
      }
    }
    return true;
  }
}
