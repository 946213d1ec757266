package org.reprise.engine.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads which revision of a git repository is checked out. */
final class GitRevision {
  private GitRevision() {}

  /**
   * Finds the repository around a file.
   *
   * @param file any file
   * @return the commit, 40 or 64 hexadecimal digits; empty outside a repository or before its first
   *     commit
   */
  static Optional<String> around(Path file) {
    for (Path folder = file.toAbsolutePath().getParent();
        folder != null;
        folder = folder.getParent()) {
      Path git = folder.resolve(".git");
      if (Files.exists(git)) {
        try {
          return head(git);
        } catch (IOException | RuntimeException e) {
          return Optional.empty(); // it is told for the reader's sake only
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> head(Path git) throws IOException {
    Path own = git;
    if (Files.isRegularFile(git)) { // a worktree: "gitdir: <path>"
      own = git.resolveSibling(Files.readString(git).strip().replaceFirst("^gitdir:\\s*", ""));
    }
    String head = Files.readString(own.resolve("HEAD")).strip();
    if (!head.startsWith("ref:")) {
      return commit(head);
    }
    String ref = head.substring("ref:".length()).strip();
    Path common =
        Files.isRegularFile(own.resolve("commondir"))
            ? own.resolve(Files.readString(own.resolve("commondir")).strip()).normalize()
            : own;
    for (Path place : List.of(own, common)) {
      if (Files.isRegularFile(place.resolve(ref))) {
        return commit(Files.readString(place.resolve(ref)).strip());
      }
    }
    Path packed = common.resolve("packed-refs");
    return Files.isRegularFile(packed)
        ? Files.readAllLines(packed).stream()
            .filter(line -> line.endsWith(" " + ref))
            .findFirst()
            .flatMap(line -> commit(line.substring(0, line.indexOf(' '))))
        : Optional.empty();
  }

  private static Optional<String> commit(String text) {
    return text.matches("[0-9a-f]{40}([0-9a-f]{24})?") ? Optional.of(text) : Optional.empty();
  }
}
