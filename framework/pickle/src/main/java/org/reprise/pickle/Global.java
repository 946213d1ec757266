package org.reprise.pickle;

import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * What a name in a pickle stands for. It is only ever code of the reader's caller: a name that the
 * caller did not list is refused, or kept as an {@link Opaque}.
 *
 * @param name module and name, e.g. {@code collections.OrderedDict}
 * @param maker makes a value of the arguments stored after the name
 */
public record Global(String name, Maker maker) {

  /** Makes a value. */
  @FunctionalInterface
  public interface Maker {
    /**
     * Makes a value of the arguments.
     *
     * @param arguments as stored; not checked
     * @param budget of the file; to be charged before anything is allocated
     * @return the value; null stands for None, {@link Opaque} for what is well but not read
     * @throws IllegalArgumentException if the arguments are not what they should be; the message
     *     says what was expected
     * @throws BudgetException if the budget is spent
     */
    Object make(Tuple arguments, Budget budget) throws BudgetException;
  }

  @Override
  public String toString() {
    return name;
  }
}
