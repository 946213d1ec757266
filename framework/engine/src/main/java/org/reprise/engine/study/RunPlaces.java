package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.AtomicFiles;
import org.reprise.engine.record.RunDirectory;
import org.reprise.engine.record.WriteFailure;

/** Where the runs of an experiment lie. */
final class RunPlaces {
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
   * Returns the folder of a run: the one it has, or one that nobody has.
   *
   * @param above the folder of the experiment
   * @param label what people call the run
   * @param id of the run
   * @param again whether it is to be a new one in any case
   */
  static Path of(Path above, String label, String id, boolean again) throws IOException {
    for (int digits : new int[] {8, 16, 64}) {
      String name = label + "-" + id.substring(0, digits);
      Path folder = above.resolve(name);
      for (int i = 2; again && Files.exists(folder); i++) {
        folder = above.resolve(name + "-" + i);
      }
      Optional<Provenance> there = Provenance.read(new RunDirectory(folder).provenance());
      if (there.isEmpty() || there.get().id().equals(id)) {
        return folder;
      }
    }
    throw new IllegalStateException(above + ": no folder is left for run " + id);
  }
}
