package org.reprise.cli;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;

/**
 * SIGUSR1: the run stops at the end of its epoch, for batch systems. Ctrl-C and SIGTERM: the step
 * in progress is finished, then the run stops. The virtual machine is held until the run's thread
 * has let go, so that nothing is written half. A second Ctrl-C ends it at once, which costs a run
 * no more than the epoch it was in, as being killed does.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final long MOMENT_MILLIS = 300;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicReference<Path> folder = new AtomicReference<>();
  private final PrintWriter err;
  private volatile boolean stopped;

  /** Whether to stop at the end of the epoch. */
  private volatile boolean leavingOff;

  /** Whether another worker speaks to the user, and records. */
  private volatile boolean following;

  /** What asked for the end, where that is not Ctrl-C. */
  private volatile String signal = "";

  Interruption(PrintWriter err) {
    this.err = err;
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    onSignal(
        "TERM",
        () -> {
          signal = "SIGTERM: ";
          System.exit(Main.TERMINATED);
        });
    onSignal("USR1", this::leaveOff);
  }

  /** Leaves the rest to another process: at the end of the epoch, or when the patience is over. */
  private void leaveOff() {
    if (leavingOff) {
      return; // once is enough
    }
    leavingOff = true;
    asked.countDown();
    if (!following) {
      err.println();
      err.println("reprise: SIGUSR1: stopping after this epoch");
    }
    String grace = System.getenv("REPRISE_GRACE_SECONDS");
    if (grace != null && grace.matches("[0-9]{1,6}")) {
      Thread timer =
          new Thread(
              () -> {
                try {
                  TimeUnit.SECONDS.sleep(Long.parseLong(grace));
                  stopped = true; // the epoch lasts too long: it will be repeated
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "grace");
      timer.setDaemon(true);
      timer.start();
    }
  }

  /** Tells whether the rest is left to another process. */
  boolean isLeftOff() {
    return leavingOff;
  }

  /**
   * Tells whether this process was asked to stop, now or at the end of the epoch. Waits a moment
   * for that: a signal to several processes reaches one after the other.
   */
  boolean isAsked() {
    try {
      return asked.await(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Says that worker 0 tells the user; here a step is finished without a word. */
  void follow() {
    following = true;
  }

  /** Says what to resume. */
  void folder(Path resumable) {
    folder.set(resumable);
  }

  private void stop() {
    if (finished.getCount() == 0 || ForeignExit.caller().isPresent()) {
      return; // the ordinary end of the process, or one that is told of elsewhere
    }
    stopped = true;
    asked.countDown();
    if (following) {
      finish(); // worker 0 hears of it after the step
      return;
    }
    err.println();
    Path resumable = folder.get();
    if (resumable == null) { // e.g. fetching weights: nothing to wait for
      err.println("reprise: " + signal + "stopped before anything was recorded");
      return;
    }
    onSignal(
        "INT",
        () -> {
          err.println();
          err.println("reprise: stopped at once; " + resume(resumable));
          Runtime.getRuntime().halt(Main.STOPPED);
        });
    err.println("reprise: " + signal + "stopping after this step; Ctrl-C again stops at once");
    finish();
    err.println("reprise: stopped; " + resume(resumable));
  }

  private void finish() {
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        err.println(
            "reprise: the step did not end in " + PATIENCE_SECONDS + " s; it is left unfinished");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // A virtual machine that is ending learns of a signal only through this class, which every JDK
  // has
  // and of which the compiler would warn.
  static void onSignal(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler handle =
          (proxy, method, arguments) -> {
            action.run();
            return null;
          };
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance(name),
              Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, handle));
    } catch (ReflectiveOperationException e) {
      return; // another Java, or signals left to others (-Xrs): the step is waited for
    }
  }

  // the path is to be pasted into a shell
  private static String resume(Path path) {
    String text = path.toString();
    return "go on with: reprise resume "
        + (text.matches("[\\w./:+@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'");
  }

  /** Returns a listener that also learns what can be gone on with. */
  RunListener watching(RunListener listener) {
    return event -> {
      if (event instanceof RunEvent.Opened opened) {
        folder(opened.folder());
      }
      listener.on(event);
      if (leavingOff && event instanceof RunEvent.Epoch) {
        stopped = true; // it is recorded
      }
    };
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
