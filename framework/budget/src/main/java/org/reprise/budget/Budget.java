package org.reprise.budget;

import java.util.Locale;

/**
 * How much memory and time the reading of one file may take.
 *
 * <p>A reader makes one budget for a file and hands it to everything that works on that file. Each
 * part charges it <em>before</em> it allocates, puts into a map or list, or copies: with the bytes
 * the thing takes in memory, the costs below being good estimates. Nothing is given back, so work
 * that leaves nothing behind (an element copied and dropped) is bounded too; a step of work without
 * memory counts as a byte.
 *
 * <p>Not thread-safe. Use a budget for each record where a file is read record by record and only
 * one is held at a time: {@link #ofFile} with the record's stored size.
 */
public final class Budget {
  /** Bytes of an element in a list, beside the element itself. */
  public static final long SLOT = 8;

  /** Bytes of a small object: an object of a few fields, a boxed number, an empty list. */
  public static final long OBJECT = 32;

  /** Bytes of a text or a byte array beside its characters or bytes. */
  public static final long TEXT = 48;

  /** Bytes of an entry of a map, beside key and value. */
  public static final long ENTRY = 64;

  private static final long FLOOR = 64L << 20;
  private static final long TIMES = 32;
  private static final long CAP = 1L << 30;
  private static final long IMAGE = 178_956_970L * 13;

  private final long limit;
  private final String reason;
  private long spent;

  private Budget(long limit, String reason) {
    this.limit = limit;
    this.reason = reason;
  }

  /**
   * Makes the budget of a file: 32 times its size and 64 MiB, but at most 1 GiB and at most five
   * eighths of Java's heap.
   *
   * @param bytes the size of the file, or of the stored record, as it lies on the disk
   * @return a budget of which nothing is spent
   */
  public static Budget ofFile(long bytes) {
    long most = Math.min(CAP, Runtime.getRuntime().maxMemory() / 8 * 5);
    return new Budget(
        bytes > most / TIMES ? most : Math.min(most, FLOOR + TIMES * bytes),
        String.format(Locale.ROOT, "a file of %,d bytes", bytes));
  }

  /**
   * Makes the budget of an image: few bytes can truly be many pixels, so its file's size says
   * nothing. 13 bytes for each of 178,956,970 pixels, PIL's limit, but at most five eighths of
   * Java's heap.
   *
   * @return a budget of which nothing is spent
   */
  public static Budget ofImage() {
    return new Budget(
        Math.min(IMAGE, Runtime.getRuntime().maxMemory() / 8 * 5), "an image with this heap");
  }

  /**
   * Makes a budget of a given size.
   *
   * @param limit bytes
   * @return a budget of which nothing is spent
   */
  public static Budget of(long limit) {
    return new Budget(limit, "it");
  }

  /**
   * Spends some of the budget.
   *
   * @param bytes what is about to be allocated; not negative
   * @throws BudgetException if more than the limit would be spent; nothing is then
   */
  public void charge(long bytes) throws BudgetException {
    if (bytes < 0 || bytes > limit - spent) {
      throw new BudgetException(
          String.format(
              Locale.ROOT,
              "it unfolds to more than %,d bytes in memory, which is the most for %s",
              limit,
              reason));
    }
    spent += bytes;
  }

  /**
   * Spends some of the budget on several things of one size.
   *
   * @param count how many; not negative
   * @param each bytes of each; not negative
   * @throws BudgetException as {@link #charge(long)}; also where the product overflows
   */
  public void charge(long count, long each) throws BudgetException {
    charge(each != 0 && count > Long.MAX_VALUE / each ? Long.MAX_VALUE : count * each);
  }

  /**
   * Returns what is spent.
   *
   * @return bytes, at most {@link #limit()}
   */
  public long spent() {
    return spent;
  }

  /**
   * Returns what may be spent in all.
   *
   * @return bytes
   */
  public long limit() {
    return limit;
  }
}
