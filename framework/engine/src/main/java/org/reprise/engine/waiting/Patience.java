package org.reprise.engine.waiting;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.reprise.api.InvalidInputException;

/** Calls foreign code that may never return. */
public final class Patience {
  private final Duration limit;

  /**
   * Sets the limit.
   *
   * @param limit how long a call may take
   */
  public Patience(Duration limit) {
    this.limit = limit;
  }

  /**
   * Calls on a thread of its own, which is left behind if it does not return.
   *
   * @param what is to end, in messages: {@code "it did not load"}
   * @param call what to do
   * @return its result
   * @throws InvalidInputException if it takes longer than the limit
   * @throws Throwable whatever it throws
   */
  @SuppressWarnings("IllegalThrows") // whatever a plugin throws
  public <V> V call(String what, Callable<V> call) throws Throwable {
    FutureTask<V> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "plugin");
    thread.setDaemon(true);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause();
    } catch (TimeoutException e) {
      throw new InvalidInputException(
          what
              + " within "
              + limit.toSeconds()
              + " s: "
              + Place.in(thread.getStackTrace())
              + " does not return",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw e;
    }
  }
}
