package org.reprise.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ForeignOutputTest {
  private boolean closed;

  private final ByteArrayOutputStream console =
      new ByteArrayOutputStream() {
        @Override
        public void close() {
          closed = true;
        }
      };

  @Test
  void whatIsPrintedComesThroughAndClosingClosesNothing() {
    PrintStream first = ForeignOutput.onto(console);
    first.print("é");
    first.write(new byte[] {'a', 'b', 'c'}, 1, 1);
    first.close();
    assertThat(closed).isFalse();
    ForeignOutput.onto(console).println("on");
    assertThat(console.toString(UTF_8)).isEqualTo("éb" + "on" + System.lineSeparator());
  }
}
