package org.reprise.engine.tracking;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunListenerContext;
import org.reprise.engine.plugin.BoundExtension;

/**
 * The listeners that an experiment names, for one run. They change no result: training does not
 * wait for them, and what they throw is told in a line. What they have to say is told on the thread
 * that trains.
 */
public final class Tracking implements RunListener {
  private static final long PATIENCE = 10_000; // ms, for all of them together

  private final Queue<String> said = new ConcurrentLinkedQueue<>();
  private final Consumer<String> tell;
  private final List<Tracker> trackers;
  private final long patience;

  /**
   * Starts listening.
   *
   * @param listeners as the experiment names them
   * @param run which run
   * @param epochsDone where it stands
   * @param settings of its experiment, as text by key with dots
   * @param tell is told in a line what goes wrong
   */
  public Tracking(
      List<BoundExtension<RunListenerContext, RunListener>> listeners,
      Run run,
      int epochsDone,
      Map<String, String> settings,
      Consumer<String> tell) {
    this(listeners, run, epochsDone, settings, tell, PATIENCE);
  }

  Tracking(
      List<BoundExtension<RunListenerContext, RunListener>> listeners,
      Run run,
      int epochsDone,
      Map<String, String> settings,
      Consumer<String> tell,
      long patience) {
    this.tell = tell;
    this.patience = patience;
    this.trackers =
        listeners.stream()
            .map(
                listener -> {
                  String name = listener.entry().name();
                  RunListenerContext context =
                      new ListenerContext(
                          run,
                          epochsDone,
                          settings,
                          text -> said.add("tracking: " + name + ": " + text));
                  return new Tracker(
                      name,
                      () -> listener.create(context),
                      listener.entry().factory().getClass().getClassLoader(),
                      said::add);
                })
            .toList();
  }

  @Override
  public void on(RunEvent event) {
    trackers.forEach(tracker -> tracker.offer(event));
    tellWhatWasSaid();
  }

  private void tellWhatWasSaid() {
    for (String text = said.poll(); text != null; text = said.poll()) {
      tell.accept(text);
    }
  }

  /** Waits, not for long, until everybody has taken in everything. */
  @Override
  public void close() {
    long end = System.nanoTime() + patience * 1_000_000;
    for (Tracker tracker : trackers) {
      tracker.close(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    tellWhatWasSaid();
  }
}
