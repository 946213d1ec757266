package org.reprise.engine.waiting;

import java.util.Arrays;

/** Where a thread is in a plugin's code. */
final class Place {
  private Place() {}

  /**
   * Finds the method of a plugin that a thread is in. A plugin's class loader has no name, as its
   * classes have no module; the program's and Java's have one or the other.
   *
   * @param stack of the thread
   * @return the method
   */
  static String in(StackTraceElement... stack) {
    return Arrays.stream(stack)
        .filter(frame -> frame.getClassLoaderName() == null && frame.getModuleName() == null)
        .findFirst()
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .orElse("its code");
  }
}
