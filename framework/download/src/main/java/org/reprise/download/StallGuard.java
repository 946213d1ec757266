package org.reprise.download;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that has not delivered anything for a while, which ends the read that waits. */
final class StallGuard implements AutoCloseable {
  private final InputStream stream;
  private final long limitNanos;
  private final Thread watch;
  private volatile long lastProgress = System.nanoTime();
  private volatile boolean stalled;

  StallGuard(InputStream stream, Duration limit) {
    this.stream = stream;
    this.limitNanos = limit.toNanos();
    this.watch = new Thread(this::watch, "download-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private void watch() {
    try {
      while (System.nanoTime() - lastProgress < limitNanos) {
        Thread.sleep(Math.max(1, limitNanos / 4_000_000));
      }
      stalled = true;
      stream.close();
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt(); // the download ended
    }
  }

  void progress() {
    lastProgress = System.nanoTime();
  }

  boolean stalled() {
    return stalled;
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
