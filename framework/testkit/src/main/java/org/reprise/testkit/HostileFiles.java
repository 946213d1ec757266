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
 * Files made to fill memory or to hang: a data set must refuse each in an error that names the
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
    assertThat(cases).isNotEmpty();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    cases.forEach(
        (what, content) -> {
          long before = threads.getThreadAllocatedBytes(thread);
          long began = threads.getCurrentThreadCpuTime();
          assertThatThrownBy(
                  () -> {
                    try (Dataset data = open.open(content)) {
                      data.read(Split.TRAIN, 0);
                    }
                  })
              .as(what)
              .isInstanceOf(expected)
              .hasMessageContaining(file.toString());
          assertThat(threads.getThreadAllocatedBytes(thread) - before)
              .as("%s: bytes allocated", what)
              .isLessThan(mostBytes);
          assertThat(threads.getCurrentThreadCpuTime() - began)
              .as("%s: nanoseconds of the processor", what)
              .isLessThan(MOST_NANOS);
        });
  }
}
