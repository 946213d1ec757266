package org.reprise.testkit;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/** Leak checks by JavaCPP's count of live native objects (it does not see the bytes of tensors). */
public final class NativeMemory {
  private static final int REPETITIONS = 20;

  private NativeMemory() {}

  /**
   * Fails if repeating {@code work}, each time in a scope of its own, leaves native objects behind.
   *
   * @param what what is repeated, for the message
   * @param work any work on this thread
   */
  public static void assertFlat(String what, Runnable work) {
    inScope(work); // loads classes and fills what is replaced from now on
    long before = Pointer.totalCount();
    for (int i = 0; i < REPETITIONS; i++) {
      inScope(work);
    }
    long leaked = Pointer.totalCount() - before;
    // The collector may free strays of earlier tests meanwhile, so fewer is fine.
    if (leaked > 0) {
      throw new AssertionError(
          what + " left " + leaked + " native objects after " + REPETITIONS + " repetitions");
    }
  }

  private static void inScope(Runnable work) {
    try (PointerScope scope = new PointerScope()) {
      work.run();
      if (PointerScope.getInnerScope() != scope) {
        throw new AssertionError("a PointerScope was opened and not closed, or closed too often");
      }
    }
  }
}
