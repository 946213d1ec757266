package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.WriteFailure;

/** Where the runs of an experiment lie. */
final class RunPlaces {
  /** Of an id in the name of a folder: as few as tell it from the others. */
  private static final int[] DIGITS = {8, 16, 64};

  private RunPlaces() {}

  /**
   * Makes the folder of an experiment.
   *
   * @param folder which
   * @param yaml the experiment that is run now
   * @throws InvalidInputException if it cannot be made there
   * @throws IOException if the disk is full; no new folder is left behind then
   */
  static void make(Path folder, String yaml) throws IOException {
    boolean made = !Files.exists(folder);
    try {
      Files.createDirectories(folder);
    } catch (FileSystemException e) {
      throw WriteFailure.of("output: a run directory in " + folder.toAbsolutePath(), e);
    }
    try {
      AtomicFiles.replace(folder.resolve(RunDirectory.EXPERIMENT), yaml);
    } catch (IOException e) {
      if (made) {
        Files.deleteIfExists(folder);
      }
      throw e;
    }
  }

  /**
   * Returns the folder of a run: the one it has, whatever it was called then, or one that nobody
   * has.
   *
   * @param above the folder of the experiment
   * @param label what people call the run
   * @param id of the run
   * @param again whether it is to be a new one in any case
   */
  static Path of(Path above, String label, String id, boolean again) throws IOException {
    Optional<Path> there = again ? Optional.empty() : find(above, label, id);
    if (there.isPresent()) {
      return there.get();
    }
    for (int digits : DIGITS) {
      String name = label + "-" + id.substring(0, digits);
      Path folder = above.resolve(name);
      for (int i = 2; again && Files.exists(folder); i++) {
        folder = above.resolve(name + "-" + i);
      }
      if (recordedId(folder).map(id::equals).orElse(true)) {
        return folder;
      }
    }
    throw new IllegalStateException(above + ": no folder is left for run " + id);
  }

  /**
   * Finds the folder of a run.
   *
   * @param above the folder of the experiment
   * @param label what people call the run now
   * @param id of the run
   * @return a folder whose provenance has that id
   */
  static Optional<Path> find(Path above, String label, String id) throws IOException {
    for (int digits : DIGITS) {
      Path folder = above.resolve(label + "-" + id.substring(0, digits));
      if (recordedId(folder).map(id::equals).orElse(false)) {
        return Optional.of(folder);
      }
    }
    if (!Files.isDirectory(above)) {
      return Optional.empty();
    }
    List<Path> called;
    try (Stream<Path> files = Files.list(above)) {
      called =
          files.filter(file -> isCalledAfter(file.getFileName().toString(), id)).sorted().toList();
    }
    for (Path folder : called) {
      if (recordedId(folder).map(id::equals).orElse(false)) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  // a fork that is begun anew has a label of its own, and is another run
  private static boolean isCalledAfter(String name, String id) {
    return Arrays.stream(DIGITS).anyMatch(digits -> name.endsWith("-" + id.substring(0, digits)));
  }

  private static Optional<String> recordedId(Path run) throws IOException {
    return Provenance.read(new RunDirectory(run).provenance()).map(Provenance::id);
  }
}
