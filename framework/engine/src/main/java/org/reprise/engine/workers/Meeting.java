package org.reprise.engine.workers;

import java.time.Duration;
import java.util.Optional;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/** Where workers leave words for one another: texts by name, kept by worker 0. */
final class Meeting implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final WorkerPlace place;
  private final Duration patience;
  private final TCPStore store;

  private Meeting(WorkerPlace place, Duration patience, TCPStore store) {
    this.place = place;
    this.patience = patience;
    this.store = store;
  }

  /**
   * Opens it, as worker 0 does, or comes to it.
   *
   * @param place whose
   * @param patience how long to wait for worker 0
   * @throws WorkerLostException if there is no worker 0, or its port is taken
   */
  static Meeting of(WorkerPlace place, Duration patience) {
    try {
      TCPStore store = connect(place, place.isFirst(), patience);
      store.retainReference(); // whatever scope is open
      return new Meeting(place, patience, store);
    } catch (RuntimeException e) {
      throw new WorkerLostException(
          (place.isFirst() ? "worker 0 cannot listen on " : "worker 0 does not answer on ")
              + place.address()
              + ":"
              + place.port()
              + " ("
              + firstLine(e)
              + ")",
          e);
    }
  }

  private static TCPStore connect(WorkerPlace place, boolean serve, Duration patience) {
    try (TCPStoreOptions options = new TCPStoreOptions();
        Milliseconds wait = new Milliseconds(patience.toMillis())) {
      options.port((short) place.port());
      options.isServer(serve);
      options.waitWorkers(false);
      options.timeout(wait);
      return new TCPStore(place.address(), options);
    }
  }

  /** Returns another way to the same words, for those who sum; the caller's. */
  TCPStore connect() {
    return connect(place, false, patience);
  }

  /** Leaves a word. */
  void say(String name, String text) {
    try {
      ((Store) store).set(name, text + " "); // the store keeps no empty text
    } catch (RuntimeException e) {
      throw lost(e);
    }
  }

  /** Returns a word, if somebody has left it. */
  Optional<String> find(String name) {
    try (StringVector names = new StringVector(name)) {
      if (!store.check(names)) {
        return Optional.empty();
      }
      String text = store.get_to_str(name);
      return Optional.of(text.substring(0, text.length() - 1));
    } catch (RuntimeException e) {
      throw lost(e);
    }
  }

  /** Waits a moment before the next look. */
  static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerLostException("interrupted while waiting for other workers", e);
    }
  }

  private static WorkerLostException lost(RuntimeException e) {
    return new WorkerLostException("worker 0 is gone (" + firstLine(e) + ")", e);
  }

  /** Returns what libtorch says, without its stack. */
  static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
  }

  @Override
  public void close() {
    store.releaseReference();
  }
}
