package org.reprise.engine.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.PointerScope;

/**
 * A loop over 0 to n-1 on all cores. Its outcome does not depend on the number of threads: indices
 * are handed out in order and one that was handed out is finished, so the failure with the lowest
 * index is always the same one.
 */
public final class ParallelLoop {
  private static final long REPORT_MILLIS = 100;

  /** Does one index; called on any thread, inside a scope of its own. */
  @FunctionalInterface
  public interface Body {
    void run(int index) throws IOException;
  }

  private final int total;
  private final Body body;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean stopped;
  private int failedIndex = Integer.MAX_VALUE;
  private Throwable failure;

  private ParallelLoop(int total, Body body) {
    this.total = total;
    this.body = body;
  }

  public static void run(int total, Body body, LoadProgress progress) throws IOException {
    new ParallelLoop(total, body).run(progress);
  }

  private void run(LoadProgress progress) throws IOException {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < Math.min(total, Runtime.getRuntime().availableProcessors()); i++) {
      Thread worker = new Thread(this::work, "reprise-decode-" + i);
      worker.setDaemon(true);
      worker.start();
      workers.add(worker);
    }
    boolean interrupted = false;
    try {
      for (Thread worker : workers) {
        while (worker.isAlive()) {
          try {
            worker.join(REPORT_MILLIS);
          } catch (InterruptedException e) {
            interrupted = true;
            stopped = true;
          }
          if (!stopped && done.get() < total) {
            progress.decoded(done.get(), total);
          }
        }
      }
    } finally {
      // Also when the listener threw: the workers write into memory that the caller frees next.
      stopped = true;
      interrupted |= joinAll(workers);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    rethrow();
    if (interrupted) {
      throw new CancellationException(
          "interrupted after " + done.get() + " of " + total + " samples");
    }
    progress.decoded(total, total);
  }

  private static boolean joinAll(List<Thread> workers) {
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    return interrupted;
  }

  private void work() {
    while (!stopped) {
      int index = next.getAndIncrement();
      if (index >= total) {
        return;
      }
      try (PointerScope scope = new PointerScope()) {
        body.run(index);
        done.incrementAndGet();
      } catch (Throwable e) {
        fail(index, e);
      }
    }
  }

  private synchronized void fail(int index, Throwable e) {
    stopped = true;
    if (index < failedIndex) {
      failedIndex = index;
      failure = e;
    }
  }

  private synchronized void rethrow() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }
}
