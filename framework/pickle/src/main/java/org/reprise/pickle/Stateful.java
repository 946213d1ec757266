package org.reprise.pickle;

import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/** An object made by a {@link Global} that takes the state which the pickle stores after it. */
public interface Stateful {

  /**
   * Takes the state.
   *
   * @param state any value of the reader; it may be completed later, so look into it only after the
   *     whole pickle is read, or where its type cannot change any more
   * @param budget to be charged before anything is allocated
   * @return what stands for the object from now on: itself, a plain value that it turns out to be,
   *     or an {@link Opaque} where the state shows that it is of a kind that is not read
   * @throws IllegalArgumentException if the state is not what such an object has
   * @throws BudgetException if the budget is spent
   */
  Object withState(Object state, Budget budget) throws BudgetException;
}
