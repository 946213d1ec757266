package org.reprise.engine.image;

import java.io.IOException;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/** An image file whose header was read; nothing is decoded yet. */
interface EncodedImage extends AutoCloseable {

  /** Returns what the header claims, which may be anything. */
  int height();

  /** Returns what the header claims, which may be anything. */
  int width();

  /**
   * Charges what {@link #decode} will take, native memory included. The size was found possible.
   *
   * @throws BudgetException if that is too much
   */
  void charge(Budget budget) throws BudgetException;

  /**
   * Decodes the image. It has been charged.
   *
   * @throws IOException if the file is damaged, ends early, or holds what is not supported
   */
  RgbImage decode() throws IOException;

  /** Returns how many pixels there are. */
  default long pixels() {
    return (long) height() * width();
  }

  @Override
  default void close() {}
}
