package org.reprise.engine.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.reprise.api.InvalidInputException;

/**
 * One process at a time trains in a run directory. The operating system lets go of the lock when
 * the process ends, however it ends; the empty file {@code .lock} stays.
 */
public final class RunLock implements AutoCloseable {
  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a run.
   *
   * @param run an existing run directory
   * @throws InvalidInputException if another process has it
   * @throws IOException if the folder cannot be written to
   */
  public static RunLock take(Path run) throws IOException {
    FileChannel channel =
        FileChannel.open(run.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new RunLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // this process has it already: as if another had
    } catch (IOException e) {
      return new RunLock(channel); // a file system without locks, as some clusters have
    }
    channel.close();
    throw new InvalidInputException(
        run + ": another process is working on this run; wait until it ends");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
