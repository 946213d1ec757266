package org.reprise.engine.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One process at a time trains in a run directory. The operating system lets go of the lock when
 * the process ends, however it ends; the empty file {@code .lock} stays.
 */
public final class RunLock implements AutoCloseable {
  private static final String FILE = ".lock";
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final long PAUSE_NANOS = 20_000_000L;

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a run. Whoever only asks whether it is held holds it for an instant; that is
   * waited for.
   *
   * @param run an existing run directory
   * @throws RunTakenException if another process has it
   * @throws IOException if the folder cannot be written to
   */
  public static RunLock take(Path run) throws IOException {
    return take(run, PATIENCE);
  }

  /**
   * Takes the lock of a folder.
   *
   * @param folder an existing one
   * @param patience how long to wait for another process
   * @throws RunTakenException if another process has it all that time
   * @throws IOException if the folder cannot be written to
   */
  public static RunLock take(Path folder, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    Optional<RunLock> lock = tryTake(folder);
    while (lock.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(PAUSE_NANOS);
      lock = tryTake(folder);
    }
    return lock.orElseThrow(
        () ->
            new RunTakenException(
                folder + ": another process is working on this run; wait until it ends"));
  }

  /**
   * Tells whether a process works on a run. Not to be asked of a run that this process works on.
   *
   * @param run a run directory
   */
  public static boolean isTaken(Path run) {
    if (!Files.exists(run.resolve(FILE))) {
      return false;
    }
    try {
      Optional<RunLock> lock = tryTake(run);
      if (lock.isPresent()) {
        lock.get().close();
      }
      return lock.isEmpty();
    } catch (IOException e) {
      return false; // somebody else's folder
    }
  }

  private static Optional<RunLock> tryTake(Path run) throws IOException {
    FileChannel channel =
        FileChannel.open(run.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new RunLock(channel));
      }
    } catch (OverlappingFileLockException e) {
      // this process has it already: as if another had
    } catch (IOException e) {
      return Optional.of(
          new RunLock(channel)); // a file system without locks, as some clusters have
    }
    channel.close();
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
