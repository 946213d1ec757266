package org.reprise.engine.plugin;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.pf4j.DefaultVersionManager;
import org.reprise.api.InvalidInputException;

/**
 * The folder that a user's own plugins are installed into, one jar for each id. A plugin is there
 * or not, and whole: files are replaced by renaming.
 *
 * @param path of the folder, which may not exist yet
 */
public record PluginFolder(Path path) {

  /**
   * Returns the user's: {@code XDG_DATA_HOME/reprise/plugins}, else {@code
   * ~/.local/share/reprise/plugins}.
   */
  public static PluginFolder ofUser() {
    String shared = System.getenv("XDG_DATA_HOME");
    Path data =
        shared != null && !shared.isBlank()
            ? Path.of(shared)
            : Path.of(System.getProperty("user.home"), ".local", "share");
    return new PluginFolder(data.resolve("reprise").resolve("plugins").toAbsolutePath());
  }

  /** Returns the plugins in it that say what they are, in order of file names. */
  public List<PluginFile> plugins() {
    return jars().stream().flatMap(file -> read(file).stream()).toList();
  }

  private static Optional<PluginFile> read(Path file) {
    try {
      return Optional.of(PluginFile.read(file));
    } catch (InvalidInputException e) {
      return Optional.empty(); // whoever loads it says why not
    }
  }

  private List<Path> jars() {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new InvalidInputException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns the plugin of an id, if it is there. */
  public Optional<PluginFile> find(String id) {
    return plugins().stream().filter(plugin -> plugin.id().equals(id)).findFirst();
  }

  /**
   * Puts a plugin into the folder, in place of another version of it.
   *
   * @param plugin which
   * @return in words, what became of the folder
   * @throws IOException if it cannot be written; the folder is as before then
   */
  public String install(PluginFile plugin) throws IOException {
    Optional<PluginFile> before = find(plugin.id());
    String said = change(before, plugin);
    Files.createDirectories(path);
    Path target = before.map(PluginFile::file).orElse(path.resolve(plugin.id() + ".jar"));
    if (before.isEmpty() && Files.exists(target)) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "is there and is not plugin " + plugin.id());
    }
    Path temporary = Files.createTempFile(path, ".", ".tmp");
    try {
      Files.copy(plugin.file(), temporary, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return said + " " + target;
  }

  private static String change(Optional<PluginFile> before, PluginFile after) throws IOException {
    if (before.isEmpty()) {
      return "installed " + after + ":";
    }
    String old = before.get().version();
    int order = new DefaultVersionManager().compareVersions(after.version(), old);
    if (order > 0) {
      return "upgraded " + after.id() + " from " + old + " to " + after.version() + ":";
    } else if (order < 0) {
      return "went back with " + after.id() + " from " + old + " to " + after.version() + ":";
    }
    return Files.mismatch(before.get().file(), after.file()) < 0
        ? after + " is installed already:"
        : "replaced " + after + " by another build of the same version:";
  }

  /**
   * Takes a plugin out of the folder.
   *
   * @param plugin of this folder
   * @throws IOException if it cannot be deleted
   */
  public void remove(PluginFile plugin) throws IOException {
    Files.delete(plugin.file());
  }
}
