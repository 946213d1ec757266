package org.reprise.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What is found, written line by line into a file, which is there whatever becomes of the process:
 * {@code at} where it is, {@code say} what people read, {@code bad} a problem, {@code end}.
 *
 * @param file that is appended to
 */
record Findings(Path file) {
  /** Notes what is about to be done. */
  void at(String text) {
    write("at " + text);
  }

  /** Says something. */
  void say(String text) {
    write("say " + text);
  }

  /** Says what is wrong. */
  void bad(String text) {
    write("bad " + text);
  }

  /** Says that nothing more will come. */
  void end() {
    write("end");
  }

  private void write(String line) {
    try {
      Files.writeString(
          file,
          line.replaceAll("\\R", " ") + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
