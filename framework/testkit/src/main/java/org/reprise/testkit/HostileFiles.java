package org.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.reprise.api.data.Dataset;
import org.reprise.api.data.Split;

/**
 * Files made to fill memory or to hang: their reader must refuse each in an error that names the
 * file, within ten seconds of processor time and an allowance of memory.
 */
public final class HostileFiles {
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private HostileFiles() {}

  /** Makes a data set around a file. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Writes the file and opens the data set.
     *
     * @param content of the file
     * @return the data set, closed by the check
     */
    Dataset open(byte[] content) throws IOException;
  }

  /** Reads a file. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads the file whole, on the calling thread.
     *
     * @param content of the file
     */
    void read(byte[] content) throws IOException;
  }

  /**
   * Runs the cases.
   *
   * @param cases contents by a few words about them
   * @param open makes a data set of one; opening it or reading its first training sample fails
   * @param file that messages name
   * @param expected what is thrown
   * @param mostBytes that a case may allocate, garbage included
   */
  public static void check(
      Map<String, byte[]> cases,
      Opener open,
      Path file,
      Class<? extends Exception> expected,
      long mostBytes) {
    check(
        cases,
        content -> {
          try (Dataset data = open.open(content)) {
            data.read(Split.TRAIN, 0);
          }
        },
        file.toString(),
        expected,
        mostBytes);
  }

  /**
   * Runs the cases.
   *
   * @param cases contents by a few words about them
   * @param reader fails
   * @param place that messages name
   * @param expected what is thrown
   * @param mostBytes that a case may allocate, garbage included
   */
  public static void check(
      Map<String, byte[]> cases,
      Reader reader,
      String place,
      Class<? extends Exception> expected,
      long mostBytes) {
    assertThat(cases).isNotEmpty();
    cases.forEach(
        (what, content) ->
            costsLittle(
                what,
                () ->
                    assertThatThrownBy(() -> reader.read(content), what)
                        .isInstanceOf(expected)
                        .hasMessageContaining(place),
                mostBytes));
  }

  /**
   * Does something and checks what it cost.
   *
   * @param what a few words about it
   * @param action what to do, on the calling thread
   * @param mostBytes that it may allocate, garbage included
   */
  public static void costsLittle(String what, Runnable action, long mostBytes) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    long began = threads.getCurrentThreadCpuTime();
    action.run();
    assertThat(threads.getThreadAllocatedBytes(thread) - before)
        .as("%s: bytes allocated", what)
        .isLessThan(mostBytes);
    assertThat(threads.getCurrentThreadCpuTime() - began)
        .as("%s: nanoseconds of the processor", what)
        .isLessThan(MOST_NANOS);
  }
}
