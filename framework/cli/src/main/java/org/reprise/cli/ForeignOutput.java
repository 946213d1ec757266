package org.reprise.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * A plugin may print, or close {@code System.out}: what it prints would stand among the results,
 * which programs read, and what is closed would take the results with it.
 */
final class ForeignOutput {
  private ForeignOutput() {}

  /**
   * Makes a stream for others to print to.
   *
   * @param to where what is printed goes; never closed by them
   * @return prints at once
   */
  static PrintStream onto(OutputStream to) {
    OutputStream open =
        new FilterOutputStream(to) {
          @Override
          public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
          }

          @Override
          public void close() throws IOException {
            flush();
          }
        };
    return new PrintStream(open, true, UTF_8);
  }
}
