package org.reprise.engine.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CallWatchTest {
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final CountDownLatch heard = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private CallWatch watch(Duration patience) {
    CallWatch watch =
        new CallWatch(
            patience,
            Duration.ofMillis(20),
            text -> {
              told.add(text);
              heard.countDown();
            });
    watch.end(ended::countDown);
    return watch;
  }

  @Test
  void whatIsMadeForLongIsToldOfOnceAndLeftAlone() throws InterruptedException {
    try (CallWatch.Call call = watch(Duration.ofMillis(10)).making("mapper own [colours 1.2.0]")) {
      heard.await();
      TimeUnit.MILLISECONDS.sleep(60); // an interrupt would be thrown here
    }
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("mapper own [colours 1.2.0]: create() has not returned for 0 s")
        .endsWith("Ctrl-C ends");
    assertThat(ended.getCount()).isEqualTo(1);
  }

  @Test
  void closingThatWaitsIsInterruptedAndNothingElseIs() {
    assertThatThrownBy(
            () -> {
              try (CallWatch.Call call =
                  watch(Duration.ofMillis(10)).closing(() -> "plugin own.jar: Own")) {
                new CountDownLatch(1).await();
              }
            })
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("plugin own.jar: Own.close() has not returned");
  }

  @Test
  void closingThatHeedsNothingEndsAsTheProcessSays() {
    try (CallWatch.Call call = watch(Duration.ofMillis(10)).closing(() -> "Own")) {
      while (ended.getCount() > 0) {
        Thread.onSpinWait();
      }
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse(); // it was, and that is over
    assertThat(told).hasSize(1);
  }

  @Test
  void whatReturnsIsForgotten() throws InterruptedException {
    CallWatch watch = watch(Duration.ofMillis(30));
    watch.making("first").close();
    watch.closing(() -> "second").close();
    try (CallWatch.Call call = watch.making("third")) {
      heard.await();
    }
    assertThat(told).singleElement().asString().startsWith("third: create()");
  }

  @Test
  void onlyWhatAPluginMadeIsWatchedWhenItCloses() {
    CallWatch watch = watch(Duration.ofMillis(10));
    AutoCloseable own = () -> {};
    assertThat(watch.closing(own)).isSameAs(watch.closing((AutoCloseable) null));
  }
}
