package org.reprise.engine.closing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.reprise.engine.waiting.CallWatch;

/** Closes several objects: each is closed, whatever the others throw. */
public final class Closing {
  private Closing() {}

  /**
   * Closes all, the last one first.
   *
   * @param resources in the order they were made; null stands for one that was not
   * @throws RuntimeException the first failure, the others suppressed in it
   */
  public static void all(AutoCloseable... resources) {
    all(Arrays.asList(resources));
  }

  /**
   * Closes all, the last one first.
   *
   * @param resources in the order they were made; null stands for one that was not
   * @throws RuntimeException the first failure, the others suppressed in it
   */
  public static void all(List<? extends AutoCloseable> resources) {
    Throwable failure = null;
    for (AutoCloseable resource : reversed(resources)) {
      try (CallWatch.Call call = CallWatch.ofProcess().closing(resource)) {
        if (resource != null) {
          resource.close();
        }
      } catch (Exception | Error e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    } else if (failure instanceof Error error) {
      throw error;
    } else if (failure != null) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  /**
   * Closes all because something else failed already; what closing throws is suppressed in that.
   *
   * @param failure what failed
   * @param resources in the order they were made; null stands for one that was not
   */
  public static void after(Throwable failure, List<? extends AutoCloseable> resources) {
    try {
      all(resources);
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Closes all because something else failed already; what closing throws is suppressed in that.
   *
   * @param failure what failed
   * @param resources in the order they were made; null stands for one that was not
   */
  public static void after(Throwable failure, AutoCloseable... resources) {
    after(failure, Arrays.asList(resources));
  }

  /**
   * Closes all where everything else is done already: a failure to close is told and changes
   * nothing.
   *
   * @param tell is told what was thrown, in a line
   * @param resources in the order they were made; null stands for one that was not
   */
  public static void telling(Consumer<String> tell, AutoCloseable... resources) {
    try {
      all(resources);
    } catch (RuntimeException | Error e) {
      tell.accept("something could not be closed, which changes no result: " + e);
    }
  }

  private static List<AutoCloseable> reversed(List<? extends AutoCloseable> resources) {
    List<AutoCloseable> reversed = new ArrayList<>(resources);
    Collections.reverse(reversed);
    return reversed;
  }
}
