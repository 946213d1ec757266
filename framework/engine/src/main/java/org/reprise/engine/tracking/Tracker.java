package org.reprise.engine.tracking;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.budget.Shown;

/**
 * One listener on a thread of its own. Whatever it does there, it holds up nobody: it is handed
 * copies through a bounded queue, and left behind if it does not end in time. All but the listener
 * itself is called on one thread.
 */
final class Tracker {
  private static final int STEPS_PENDING = 8; // the next step tells more
  private static final int LONGEST_MESSAGE = 300; // characters

  private final String name;
  private final Supplier<RunListener> maker;
  private final Consumer<String> tell;
  private final BlockingQueue<Optional<KeptEvent>> pending = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean failed;
  private int missed;

  /**
   * Starts.
   *
   * @param name what messages call it
   * @param maker makes the listener, on its own thread
   * @param loader of the listener's classes
   * @param tell is told in a line what goes wrong, on either thread
   */
  Tracker(String name, Supplier<RunListener> maker, ClassLoader loader, Consumer<String> tell) {
    this.name = name;
    this.maker = maker;
    this.tell = tell;
    this.thread = new Thread(this::listen, "tracking " + name);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
  }

  /**
   * Hands on an event, unless too many wait already.
   *
   * @param event whose tensors are borrowed
   */
  void offer(RunEvent event) {
    if (failed) {
      return;
    }
    boolean last = event instanceof RunEvent.Finished || event instanceof RunEvent.Failed;
    boolean step = event instanceof RunEvent.Step;
    if (last || pending.size() < (step ? STEPS_PENDING : RunListener.PENDING)) {
      pending.add(Optional.of(new KeptEvent(event)));
    } else if (!step) {
      if (missed == 0) {
        say("is too slow: " + RunListener.PENDING + " events wait for it, and it misses some");
      }
      missed++;
    }
  }

  /**
   * Ends once all is taken in that waits.
   *
   * @param millis for how long that is waited for; then the listener is left behind
   */
  void close(long millis) {
    pending.add(Optional.empty());
    try {
      thread.join(millis);
      if (thread.isAlive()) {
        say("did not end within " + millis / 1000 + " s and is left behind");
        failed = true;
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      failed = true;
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
    if (missed > 0) {
      say("missed " + missed + " events");
    }
    forget();
  }

  private void listen() {
    RunListener listener = null;
    try {
      listener = maker.get();
      for (Optional<KeptEvent> next = pending.take();
          next.isPresent() && !failed;
          next = pending.take()) {
        try (KeptEvent kept = next.get();
            PointerScope scope = new PointerScope()) {
          listener.on(kept.event());
        }
      }
    } catch (Throwable e) { // whatever a plugin throws is its own failure
      fail(e);
    }
    try (PointerScope scope = new PointerScope()) {
      if (listener != null) {
        listener.close();
      }
    } catch (Throwable e) { // see above
      fail(e);
    }
    forget();
  }

  private void fail(Throwable e) {
    if (failed) {
      return; // told already
    }
    failed = true;
    String message = e.getMessage() == null ? "" : e.getMessage();
    String kind =
        e instanceof org.reprise.api.InvalidInputException
            ? ""
            : e.getClass().getSimpleName() + " ";
    say(
        "failed and hears no more; the run is not concerned: "
            + kind
            + Shown.of(message.lines().findFirst().orElse(""), LONGEST_MESSAGE));
  }

  private void say(String what) {
    tell.accept("tracking: " + name + " " + what);
  }

  /** Frees what nobody will hear of. */
  private void forget() {
    for (Optional<KeptEvent> left = pending.poll(); left != null; left = pending.poll()) {
      left.ifPresent(KeptEvent::close);
    }
  }
}
