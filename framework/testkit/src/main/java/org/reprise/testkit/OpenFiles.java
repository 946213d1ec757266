package org.reprise.testkit;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Leak checks by the process's count of open files; elsewhere than on Unix it is not known. */
public final class OpenFiles {
  private static final int REPETITIONS = 20;

  private OpenFiles() {}

  /**
   * Fails if repeating {@code work} leaves a file open each time, or each second time.
   *
   * @param what what is repeated, for the message
   * @param work any work
   */
  public static void assertFlat(String what, Runnable work) {
    if (!(ManagementFactory.getOperatingSystemMXBean()
        instanceof UnixOperatingSystemMXBean system)) {
      System.out.println("not checked: " + what + " leaves no file open, needs Unix");
      work.run();
      return;
    }
    work.run(); // opens what stays open, such as jars
    long before = system.getOpenFileDescriptorCount();
    for (int i = 0; i < REPETITIONS; i++) {
      work.run();
    }
    long leaked = system.getOpenFileDescriptorCount() - before;
    if (leaked >= REPETITIONS / 2) { // other threads may open some meanwhile
      throw new AssertionError(
          what + " left " + leaked + " files open after " + REPETITIONS + " repetitions");
    }
  }
}
