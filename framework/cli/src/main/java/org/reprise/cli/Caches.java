package org.reprise.cli;

import java.nio.file.Path;

/**
 * The cache folder: {@code REPRISE_CACHE}, else {@code XDG_CACHE_HOME/reprise}, else {@code
 * ~/.cache/reprise}.
 */
final class Caches {
  private Caches() {}

  static Path folder() {
    String own = System.getenv("REPRISE_CACHE");
    if (own != null && !own.isBlank()) {
      return Path.of(own);
    }
    String shared = System.getenv("XDG_CACHE_HOME");
    return shared != null && !shared.isBlank()
        ? Path.of(shared, "reprise")
        : Path.of(System.getProperty("user.home"), ".cache", "reprise");
  }
}
