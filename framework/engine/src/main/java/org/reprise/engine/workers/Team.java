package org.reprise.engine.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * The workers of one call, which may train several runs one after the other. Worker 0 says which;
 * for each run all of them connect anew, so that one that fails leaves nothing behind.
 *
 * <pre>
 * worker 0            the others
 * begin(task) -----&gt; next()
 *    waits for        opens everything
 *             &lt;----- ready()
 * sum, sum ...        sum, sum ...
 * end() or fail()     end() or fail()
 * close() ---------&gt; next() is empty
 * </pre>
 */
public final class Team implements Workers, AutoCloseable {
  /** How long a worker that meets an end looks for its reason. */
  private static final Duration ASKING = Duration.ofSeconds(4);

  /** How long a worker may take to start and to open data and network. */
  private static final Duration OPENING = Duration.ofMinutes(10);

  private static final String END = "end";

  private final WorkerPlace place;
  private final Duration patience;
  private final Optional<Path> endings;
  private final Meeting meeting;
  private Group group; // while a run is trained
  private int run = -1;
  private boolean failed;

  /**
   * Meets the others; libtorch is loaded by it.
   *
   * @param place of this worker
   * @param patience how long to wait for another one in each sum
   * @param endings folder in which {@code ended-<rank>} says how the process of a worker ended;
   *     empty where nobody watches them
   * @throws WorkerLostException if they do not come
   */
  public Team(WorkerPlace place, Duration patience, Optional<Path> endings) {
    this.place = place;
    this.patience = patience;
    this.endings = endings;
    this.meeting = Meeting.of(place, OPENING);
  }

  @Override
  public int rank() {
    return place.rank();
  }

  @Override
  public int size() {
    return place.size();
  }

  @Override
  public void sum(Tensor values) {
    try {
      group.sum(values);
    } catch (WorkerLostException e) {
      throw explained(e);
    }
  }

  /**
   * Has all workers train a run: as worker 0, when everything is open here.
   *
   * @param task what {@link #next} gives the others
   * @param waiting asked while they open theirs; what it throws ends the waiting
   * @throws WorkerFailedException if one of them cannot
   * @throws WorkerLostException if one of them is gone
   */
  public void begin(String task, Runnable waiting) {
    run++;
    failed = false;
    meeting.say(name("task"), task);
    long end = System.nanoTime() + OPENING.toNanos();
    for (int other = 1; other < size(); other++) {
      while (meeting.find(name("ready", other)).isEmpty()) {
        waiting.run();
        failure().ifPresent(this::refuse);
        ending(other).ifPresent(Team::refuseLost);
        if (System.nanoTime() > end) {
          refuseLost(
              "worker " + other + " has not opened the run for " + OPENING.toSeconds() + " s");
        }
        Meeting.pause();
      }
    }
    meeting.say(name("go"), "");
    group = new Group(meeting, name("group"), place, patience);
  }

  /**
   * Waits for the next run, as one of the others.
   *
   * @param waiting asked meanwhile; what it throws ends the waiting
   * @return what {@link #begin} was given; empty where there is nothing left to do
   */
  public Optional<String> next(Runnable waiting) {
    run++;
    failed = false;
    while (true) {
      Optional<String> task = meeting.find(name("task"));
      if (task.isPresent()) {
        return task;
      }
      if (meeting.find(END).isPresent()) {
        return Optional.empty();
      }
      waiting.run();
      Meeting.pause();
    }
  }

  /**
   * Tells worker 0 that everything is open here, and connects.
   *
   * @param waiting asked while others open theirs; what it throws ends the waiting
   * @throws WorkerFailedException if one of them cannot
   */
  public void ready(Runnable waiting) {
    meeting.say(name("ready", rank()), "");
    while (meeting.find(name("go")).isEmpty()) {
      failure().ifPresent(this::refuse);
      waiting.run();
      Meeting.pause();
    }
    group = new Group(meeting, name("group"), place, patience);
  }

  /** Leaves the run, which is done. */
  public void end() {
    if (group != null) {
      group.close();
      group = null;
    }
  }

  /**
   * Leaves the run, which this worker cannot go on with; the others are told.
   *
   * @param reason one line
   */
  public void fail(String reason) {
    if (run >= 0 && !failed) {
      failed = true;
      meeting.say(name("failed", rank()), reason);
    }
    end();
  }

  private record Failure(int worker, String reason) {}

  private Optional<Failure> failure() {
    for (int other = 0; other < size(); other++) {
      Optional<String> reason =
          other == rank() ? Optional.empty() : meeting.find(name("failed", other));
      if (reason.isPresent()) {
        return Optional.of(new Failure(other, reason.get()));
      }
    }
    return Optional.empty();
  }

  private void refuse(Failure failure) {
    throw new WorkerFailedException(failure.worker(), failure.reason());
  }

  private static void refuseLost(String how) {
    throw new WorkerLostException(how, null);
  }

  /** A worker's end shows as a broken connection first: finds out what there is to know. */
  private RuntimeException explained(WorkerLostException lost) {
    long end = System.nanoTime() + ASKING.toNanos();
    while (System.nanoTime() < end) {
      try {
        Optional<Failure> failure = failure();
        if (failure.isPresent()) {
          return new WorkerFailedException(failure.get().worker(), failure.get().reason());
        }
      } catch (WorkerLostException e) {
        return e; // worker 0 kept the words
      }
      for (int other = 0; other < size(); other++) {
        Optional<String> ending = ending(other);
        if (ending.isPresent()) {
          return new WorkerLostException(ending.get(), lost);
        }
      }
      Meeting.pause();
    }
    return lost;
  }

  private Optional<String> ending(int other) {
    Optional<Path> file = endings.map(folder -> folder.resolve("ended-" + other));
    if (file.isEmpty() || !Files.exists(file.get())) {
      return Optional.empty();
    }
    try {
      return Optional.of("worker " + other + ": " + Files.readString(file.get()));
    } catch (IOException e) {
      return Optional.of("worker " + other + " has ended");
    }
  }

  private String name(String kind) {
    return kind + "/" + run;
  }

  private String name(String kind, int worker) {
    return kind + "/" + run + "/" + worker;
  }

  /** Leaves; worker 0 lets the others go, and waits a moment until they have left. */
  @Override
  public void close() {
    end();
    try (meeting) {
      if (place.isFirst()) {
        letGo();
      } else {
        meeting.say(END + "/" + rank(), "");
      }
    } catch (WorkerLostException e) {
      return; // worker 0 has left before
    }
  }

  private void letGo() {
    meeting.say(END, "");
    long end = System.nanoTime() + ASKING.toNanos();
    for (int other = 1; other < size(); other++) {
      while (meeting.find(END + "/" + other).isEmpty()
          && ending(other).isEmpty()
          && System.nanoTime() < end) {
        Meeting.pause();
      }
    }
  }
}
