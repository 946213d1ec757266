package org.reprise.engine.closing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable resource(String name) {
    return () -> closed.add(name);
  }

  private AutoCloseable failing(String name, Throwable failure) {
    return () -> {
      closed.add(name);
      if (failure instanceof Exception e) {
        throw e;
      }
      throw (Error) failure;
    };
  }

  @Test
  void closesTheLastFirstAndLeavesOutWhatWasNeverMade() {
    Closing.all(resource("a"), null, resource("b"), resource("c"), null);
    Closing.all();
    Closing.all(Arrays.asList(null, resource("d")));
    assertThat(closed).containsExactly("c", "b", "a", "d");
  }

  @Test
  void eachIsClosedWhateverTheOthersThrowAndTheFirstFailureWins() {
    IllegalStateException first = new IllegalStateException("first");
    IOException second = new IOException("second");
    OutOfMemoryError third = new OutOfMemoryError("third"); // which may be a plugin's own
    assertThatThrownBy(
            () ->
                Closing.all(
                    resource("a"),
                    failing("b", third),
                    failing("c", second),
                    resource("d"),
                    failing("e", first)))
        .isSameAs(first)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(second, third));
    assertThat(closed).containsExactly("e", "d", "c", "b", "a");
  }

  @Test
  void whatIsCheckedIsWrappedAndErrorsAreNot() {
    IOException checked = new IOException("no space left");
    assertThatThrownBy(() -> Closing.all(resource("a"), failing("b", checked)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no space left")
        .hasCause(checked);
    LinkageError error = new LinkageError("absent");
    assertThatThrownBy(() -> Closing.all(resource("c"), failing("d", error))).isSameAs(error);
    assertThat(closed).containsExactly("b", "a", "d", "c");
  }

  @Test
  void afterAFailureThatOneStaysTheFirst() {
    RuntimeException failure = new RuntimeException("why");
    IllegalStateException closing = new IllegalStateException("closing");
    Closing.after(failure, resource("a"), failing("b", closing), null);
    Closing.after(failure, List.of(resource("c")));
    assertThat(closed).containsExactly("b", "a", "c");
    assertThat(failure.getSuppressed()).containsExactly(closing);
  }
}
