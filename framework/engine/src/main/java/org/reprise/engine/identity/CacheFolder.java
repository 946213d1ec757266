package org.reprise.engine.identity;

import java.nio.file.Path;

/**
 * The cache folder: {@code REPRISE_CACHE}, else {@code XDG_CACHE_HOME/reprise}, else {@code
 * ~/.cache/reprise}.
 */
public final class CacheFolder {
  private CacheFolder() {}

  /** Returns the folder, which may not exist yet. */
  public static Path resolve() {
    String own = System.getenv("REPRISE_CACHE");
    if (own != null && !own.isBlank()) {
      return Path.of(own).toAbsolutePath();
    }
    String shared = System.getenv("XDG_CACHE_HOME");
    return shared != null && !shared.isBlank()
        ? Path.of(shared, "reprise").toAbsolutePath()
        : Path.of(System.getProperty("user.home"), ".cache", "reprise");
  }
}
