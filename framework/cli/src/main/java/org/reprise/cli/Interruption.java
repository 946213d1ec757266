package org.reprise.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C and SIGTERM: the step in progress is finished, then the run stops. The virtual machine is
 * held until the run's thread has let go, so that nothing is written half.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicReference<Path> folder = new AtomicReference<>();
  private final PrintWriter err;
  private volatile boolean stopped;

  Interruption(PrintWriter err) {
    this.err = err;
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
  }

  /** Says what to resume. */
  void folder(Path resumable) {
    folder.set(resumable);
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return; // the ordinary end of the process
    }
    stopped = true;
    err.println();
    err.println("reprise: stopping after this step");
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        err.println("reprise: the step did not end in " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Path resumable = folder.get();
    err.println(
        resumable == null
            ? "reprise: stopped before anything was recorded"
            : "reprise: stopped; go on with: reprise resume " + resumable);
    err.flush();
  }

  @Override
  public boolean getAsBoolean() {
    return stopped;
  }

  @Override
  public void close() {
    finished.countDown();
  }
}
