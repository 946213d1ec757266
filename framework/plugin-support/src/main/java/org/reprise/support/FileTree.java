package org.reprise.support;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Lists what lies in a folder and in the folders below it, symbolic links followed. */
public final class FileTree {
  private FileTree() {}

  /**
   * Lists files. A link that leads back to a folder that it lies in is left out, as all that it
   * shows is listed already.
   *
   * @param folder where to begin; may be a link itself
   * @param levels how many levels of folders are looked into, 1 for the folder alone
   * @return all that is no folder, in no order: also links that lead nowhere, and what lies beyond
   *     the last level
   * @throws IOException if a folder cannot be listed
   */
  public static List<Path> in(Path folder, int levels) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        levels,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return files;
  }
}
