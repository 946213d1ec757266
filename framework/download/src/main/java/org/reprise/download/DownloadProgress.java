package org.reprise.download;

import java.util.OptionalLong;

/**
 * Is told how many bytes have come. Called from the downloading thread, at most a few times a
 * second.
 */
@FunctionalInterface
public interface DownloadProgress {

  /** Tells nobody. */
  DownloadProgress NONE = (done, total) -> {};

  /**
   * Says how far it is.
   *
   * @param done bytes there, those of an earlier attempt included
   * @param total bytes in all, where known
   */
  void at(long done, OptionalLong total);
}
