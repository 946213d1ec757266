package org.reprise.engine.waiting;

import java.net.URL;
import java.security.CodeSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Watches calls into plugins that stay on their caller's thread, as libtorch's scopes are a
 * thread's. One that does not return is told by name. Making may honestly take long, so nothing
 * more is done then. Closing is interrupted; where that does not help, the process may have a way
 * to end with what is done.
 */
public final class CallWatch {
  /** Longer than any sound plugin takes to close, on the slowest machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final CallWatch OF_PROCESS = new CallWatch(PATIENCE, GRACE, System.err::println);

  private final Duration patience;
  private final Duration grace;
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean watching = new AtomicBoolean();
  private final Call none = new Call(() -> "", false);
  private volatile Consumer<String> tell;
  private volatile Runnable end = () -> {};

  /**
   * Watches nothing yet.
   *
   * @param patience after which a call is told of, and interrupted if it closes
   * @param grace after which an interrupted one is given up
   * @param tell is told in a line
   */
  CallWatch(Duration patience, Duration grace, Consumer<String> tell) {
    this.patience = patience;
    this.grace = grace;
    this.tell = tell;
  }

  /** Returns the one of this process. */
  public static CallWatch ofProcess() {
    return OF_PROCESS;
  }

  /**
   * Says who is told.
   *
   * @param listener is told in a line of calls that do not return, on a thread of its own
   */
  public void tell(Consumer<String> listener) {
    tell = listener;
  }

  /**
   * Says how the process ends where closing does not.
   *
   * @param action is called on a thread of its own, and need not return
   */
  public void end(Runnable action) {
    end = action;
  }

  /**
   * Watches how something is made, up to the call's end.
   *
   * @param title what messages call it
   * @return the call
   */
  public Call making(String title) {
    return begin(new Call(() -> title + ": create()", false));
  }

  /**
   * Watches how something is closed, up to the call's end.
   *
   * @param resource what; only a plugin's is watched
   * @return the call
   */
  public Call closing(AutoCloseable resource) {
    ClassLoader loader = resource == null ? null : resource.getClass().getClassLoader();
    if (loader == null || loader == CallWatch.class.getClassLoader()) {
      return none; // Java's or the program's own
    }
    return closing(() -> title(resource.getClass()));
  }

  Call closing(Supplier<String> title) {
    return begin(new Call(() -> title.get() + ".close()", true));
  }

  private static String title(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    String file = source == null ? "" : file(source.getLocation());
    return (file.isEmpty() ? "" : "plugin " + file + ": ") + type.getName();
  }

  private static String file(URL place) {
    return place == null ? "" : place.getPath();
  }

  private Call begin(Call call) {
    calls.add(call);
    if (watching.compareAndSet(false, true)) {
      Thread thread = new Thread(this::watch, "plugin calls");
      thread.setDaemon(true);
      thread.start();
    }
    return call;
  }

  private void watch() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(Math.min(patience.toNanos(), grace.toNanos()) / 10);
        calls.forEach(Call::look);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A call that is being waited for on the thread that began it. */
  public final class Call implements AutoCloseable {
    private final Supplier<String> what;
    private final boolean closes;
    private final Thread thread = Thread.currentThread();
    private final long start = System.nanoTime();
    private boolean told;
    private boolean interrupted;
    private boolean givenUp;

    private Call(Supplier<String> what, boolean closes) {
      this.what = what;
      this.closes = closes;
    }

    private synchronized void look() {
      long waited = System.nanoTime() - start;
      if (!calls.contains(this) || waited < patience.toNanos()) {
        return;
      }
      if (!told) {
        tellOf(thread.getStackTrace());
      }
      if (!closes) {
        return;
      }
      if (!interrupted) {
        interrupted = true;
        thread.interrupt();
      } else if (!givenUp && waited >= patience.plus(grace).toNanos()) {
        givenUp = true;
        end.run();
      }
    }

    private void tellOf(StackTraceElement... stack) {
      boolean fetches =
          Arrays.stream(stack)
              .anyMatch(frame -> frame.getClassName().startsWith("org.reprise.engine.download."));
      if (fetches) {
        return; // which shows how it goes on
      }
      told = true;
      tell.accept(
          String.format(
              Locale.ROOT,
              "%s has not returned for %d s (it is in %s); %s",
              what.get(),
              patience.toSeconds(),
              Place.in(stack),
              closes ? "it is interrupted; no result depends on it" : "Ctrl-C ends"));
    }

    /** The call has returned. */
    @Override
    public void close() {
      if (this == none) {
        return;
      }
      calls.remove(this);
      synchronized (this) { // its interruption is nobody else's
        if (interrupted) {
          Thread.interrupted();
        }
      }
    }
  }
}
