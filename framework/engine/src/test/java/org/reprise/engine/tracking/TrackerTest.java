package org.reprise.engine.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.run.Evaluation;
import org.reprise.api.run.Run;
import org.reprise.api.run.RunEvent;
import org.reprise.api.run.RunListener;
import org.reprise.api.run.RunSummary;
import org.reprise.api.run.Stage;
import org.reprise.engine.fake.Told;
import org.reprise.testkit.NativeMemory;
import org.reprise.testkit.NativeScope;

/** A listener on a thread of its own, good and bad. */
@ExtendWith(NativeScope.class)
@Timeout(60)
class TrackerTest {
  private static final Run RUN =
      new Run("blm", "0".repeat(64), 0, 1, 3, Path.of("run"), List.of("s"), List.of("t"));

  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  private Tracker tracker(Supplier<RunListener> maker) {
    return new Tracker("test", maker, getClass().getClassLoader(), said::add);
  }

  private static RunEvent.Epoch epoch(int number, Tensor confusion) {
    Evaluation test = new Evaluation(4, 2, 0.5, confusion, torch.zeros(4), torch.ones(4));
    return new RunEvent.Epoch(
        number,
        OptionalDouble.of(0.1),
        OptionalDouble.of(1),
        OptionalDouble.of(0.25),
        Optional.empty(),
        Optional.of(test),
        4,
        1,
        Map.of(),
        Map.of("prompt.program", confusion),
        7);
  }

  private static RunEvent.Step step(int samples) {
    return new RunEvent.Step(
        Stage.TRAINING, 1, samples, 1000, OptionalDouble.empty(), OptionalDouble.empty());
  }

  private static RunEvent.Finished finished() {
    return new RunEvent.Finished(
        RUN,
        new RunSummary(
            "blm",
            Path.of("run"),
            3,
            0.5,
            "last",
            3,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty()));
  }

  @Test
  void hearsEverythingInOrderFromCopies() throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    List<Object> heard = new ArrayList<>();
    Tracker tracker =
        tracker(
            () ->
                event -> {
                  await(told);
                  if (event instanceof RunEvent.Epoch epoch) {
                    heard.add(epoch.epoch());
                    heard.add(Told.values(epoch.test().orElseThrow().confusion()));
                    heard.add(epoch.state().size());
                    heard.add(epoch.forwardPasses());
                  } else if (event instanceof RunEvent.Learned learned) {
                    heard.add(Told.values(learned.picture()));
                    heard.add(learned.mapping().isPresent());
                  } else {
                    heard.add(event);
                  }
                });
    Tensor borrowed = torch.ones(2, 2);
    tracker.offer(epoch(1, borrowed));
    borrowed.mul_(new Scalar(3));
    tracker.offer(new RunEvent.Learned(1, borrowed, Optional.empty()));
    borrowed.zero_();
    RunEvent.Finished end = finished();
    tracker.offer(end);
    told.countDown();
    tracker.close(30_000);
    assertThat(heard)
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(1, new double[] {1, 1, 1, 1}, 0, 7, new double[] {3, 3, 3, 3}, false, end);
    assertThat(said).isEmpty();
  }

  @Test
  void aSlowListenerHoldsUpNobodyAndStillHearsTheEnd() {
    CountDownLatch told = new CountDownLatch(1);
    List<RunEvent> heard = new ArrayList<>();
    Tracker tracker =
        tracker(
            () ->
                event -> {
                  await(told);
                  heard.add(event);
                });
    IntStream.range(0, 1000).forEach(i -> tracker.offer(step(i)));
    for (int i = 1; i <= 1000; i++) {
      tracker.offer(epoch(i, torch.zeros(1)));
    }
    tracker.offer(finished());
    told.countDown();
    tracker.close(30_000);
    long steps = heard.stream().filter(RunEvent.Step.class::isInstance).count();
    long epochs = heard.stream().filter(RunEvent.Epoch.class::isInstance).count();
    assertThat(steps).isBetween(1L, 10L);
    assertThat(steps + epochs).isBetween((long) RunListener.PENDING, RunListener.PENDING + 1L);
    assertThat(heard.get(heard.size() - 1)).isInstanceOf(RunEvent.Finished.class);
    assertThat(said)
        .containsExactly(
            "tracking: test is too slow: 64 events wait for it, and it misses some",
            "tracking: test missed " + (1000 - epochs) + " events");
  }

  @Test
  void aListenerThatDoesNotComeBackIsLeftBehind() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    Tracker tracker =
        tracker(
            () ->
                event -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                });
    tracker.offer(step(1));
    tracker.offer(finished());
    long start = System.nanoTime();
    tracker.close(1000);
    assertThat((System.nanoTime() - start) * 1e-9).isBetween(0.9, 20.0);
    assertThat(said).containsExactly("tracking: test did not end within 1 s and is left behind");
    interrupted.await();
  }

  @Test
  void oneThatFailsIsToldOfOnceAndClosed() {
    List<String> heard = new ArrayList<>();
    Tracker tracker =
        tracker(
            () ->
                new RunListener() {
                  @Override
                  public void on(RunEvent event) {
                    heard.add("event");
                    throw new StackOverflowError("too\u001b[31m deep\nin lines");
                  }

                  @Override
                  public void close() {
                    heard.add("close");
                    throw new IllegalStateException("and again");
                  }
                });
    for (int i = 0; i < 20; i++) {
      tracker.offer(epoch(i, torch.zeros(1)));
    }
    tracker.close(30_000);
    assertThat(heard).containsExactly("event", "close");
    assertThat(said).hasSize(1);
    assertThat(said.peek())
        .startsWith("tracking: test failed and hears no more; the run is not concerned:")
        .contains("StackOverflowError too")
        .doesNotContain("\u001b", "\n", "in lines");
  }

  @Test
  void whatIsNotHeardIsFreed() {
    NativeMemory.assertFlat(
        "a tracker that is made in vain",
        () -> {
          Tracker tracker =
              tracker(
                  () -> {
                    throw new IllegalStateException("no");
                  });
          for (int i = 0; i < 3; i++) {
            tracker.offer(epoch(i, torch.zeros(100, 100)));
          }
          tracker.close(30_000);
        });
    assertThat(said).isNotEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
