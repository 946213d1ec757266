package org.reprise.engine.download;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reprise.api.InvalidInputException;
import org.reprise.api.download.Download;
import org.reprise.download.Checksum;
import org.reprise.download.DownloadProgress;
import org.reprise.download.Downloader;
import org.reprise.download.Request;
import org.reprise.engine.plugin.Door;
import org.reprise.engine.plugin.ExtensionEntry;
import org.reprise.engine.plugin.PluginHost;
import org.reprise.support.Suggestion;

/**
 * The published files of the extensions of one kind, and their places in the cache folder: {@code
 * weights/<file>} and {@code data/<name>/<file>}.
 */
public final class PublishedFiles {
  private final Path cache;
  private final Downloader downloader;

  /**
   * Uses a cache folder.
   *
   * @param cache the cache folder
   * @param environment the environment variables, see {@link Downloader}
   */
  public PublishedFiles(Path cache, Map<String, String> environment) {
    this.cache = cache;
    this.downloader = new Downloader(environment);
  }

  /**
   * Lists what the extensions of a kind publish.
   *
   * @param host the extensions
   * @param kind backbones or data sets
   * @return in the order of the tables
   */
  public static List<Download> of(PluginHost host, Door<?, ?> kind) {
    Set<Download> all = new LinkedHashSet<>(); // two factories of a plugin may share a table
    for (ExtensionEntry<?, ?> entry : host.extensions()) {
      if (entry.door() == kind) {
        all.addAll(entry.downloads());
      }
    }
    return new ArrayList<>(all);
  }

  /**
   * Finds the files of a name.
   *
   * @param host the extensions
   * @param kind backbones or data sets
   * @param name as in the table
   * @return at least one
   * @throws InvalidInputException if there is none; the message has the nearest name
   */
  public static List<Download> named(PluginHost host, Door<?, ?> kind, String name) {
    List<Download> all = of(host, kind);
    List<Download> found = all.stream().filter(file -> file.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw new InvalidInputException(
          "no published files are known for "
              + kind.label()
              + " \""
              + name
              + "\"; "
              + Suggestion.hint(name, all.stream().map(Download::name).distinct().toList()));
    }
    return found;
  }

  /**
   * Returns where a file of weights is, or would be.
   *
   * @param file any
   */
  public Path weights(Download file) {
    return cache.resolve("weights").resolve(file.fileName());
  }

  /**
   * Returns where a file of a data set is, or would be.
   *
   * @param file any
   */
  public Path data(Download file) {
    return cache.resolve("data").resolve(file.name()).resolve(file.fileName());
  }

  /**
   * Makes sure that a file is at a place.
   *
   * @param file what
   * @param target where
   * @param progress is told how much is done
   * @return the target
   * @throws InvalidInputException if a program cannot fetch it; the message says what to do
   * @throws IOException if it cannot be fetched; the message is for the user
   */
  public Path fetch(Download file, Path target, DownloadProgress progress) throws IOException {
    if (file.uri().isEmpty()) {
      throw new InvalidInputException(
          file.name()
              + " cannot be fetched by a program: "
              + file.note()
              + " ("
              + file.source()
              + ")");
    }
    Optional<Checksum> checksum = file.checksum().map(Checksum::parse);
    return downloader.fetch(
        new Request(file.uri().get(), target, file.bytes(), checksum), progress);
  }
}
