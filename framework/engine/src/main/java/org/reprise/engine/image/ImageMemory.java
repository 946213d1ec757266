package org.reprise.engine.image;

import java.util.concurrent.Semaphore;

/**
 * What the images that threads decode side by side may take together: five eighths of Java's heap.
 * A large one waits until it fits beside the others; a single one always does. Thread-safe.
 */
final class ImageMemory {
  private static final int PAGE = 1 << 12;
  private static final int PAGES =
      (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 8 * 5 / PAGE);
  private static final Semaphore FREE = new Semaphore(PAGES, true); // else large ones would starve

  private ImageMemory() {}

  /** Memory that is given back by closing. */
  interface Share extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for memory.
   *
   * @param bytes how much; not negative
   * @return close it when the image is dropped
   */
  static Share take(long bytes) {
    int pages = (int) Math.min(PAGES, bytes / PAGE);
    FREE.acquireUninterruptibly(pages);
    return () -> FREE.release(pages);
  }
}
