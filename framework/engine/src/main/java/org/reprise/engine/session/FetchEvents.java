package org.reprise.engine.session;

import java.util.OptionalLong;
import org.reprise.api.download.Download;

/** Hears how published files are fetched while an experiment is opened. */
@FunctionalInterface
public interface FetchEvents {

  /** Hears nothing. */
  FetchEvents NONE = (file, done, total) -> {};

  /**
   * Called on the thread that fetches, at the start and then a few times a second. An exception
   * ends the download, which a later one goes on with.
   *
   * @param file what
   * @param done bytes so far
   * @param total of the file, where known
   */
  void fetching(Download file, long done, OptionalLong total);
}
