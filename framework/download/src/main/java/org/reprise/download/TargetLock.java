package org.reprise.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** One download of a file at a time, among the threads of this process and among processes. */
final class TargetLock implements AutoCloseable {
  private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private final FileChannel channel;

  /** Waits until nobody else fetches this file. */
  TargetLock(Path target) throws IOException {
    thread = THREADS.computeIfAbsent(target.toAbsolutePath(), path -> new ReentrantLock());
    thread.lock();
    FileChannel opened = null;
    try {
      // stays behind: deleting it would let a third process lock a new file of that name
      opened =
          FileChannel.open(
              target.resolveSibling("." + target.getFileName() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      opened.lock();
      channel = opened;
    } catch (IOException | RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      thread.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close(); // releases the lock
    } finally {
      thread.unlock();
    }
  }
}
