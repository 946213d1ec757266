package org.reprise.pickle;

import java.util.Arrays;
import java.util.IdentityHashMap;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/** What a pickle keeps under numbers, to refer to it later. Picklers count from 0. */
final class Memo {
  private static final Object NOTHING = new Object();

  private final Budget budget;
  private Object[] kept = new Object[0];
  private int count;

  /** Where objects are that may turn into something else when their state comes. */
  private final IdentityHashMap<Object, Integer> changing = new IdentityHashMap<>();

  Memo(Budget budget) {
    this.budget = budget;
  }

  /** Returns how many numbers are taken, which is the next one where none is given. */
  int count() {
    return count;
  }

  void keep(long index, Object value) throws BudgetException {
    if (index < 0 || index >= Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException("damaged: a value is to be kept under " + index);
    }
    int at = (int) index;
    if (at >= kept.length) {
      int length = Math.max(16, 2 * at);
      budget.charge(length, Budget.SLOT);
      int before = kept.length;
      kept = Arrays.copyOf(kept, length + 1);
      Arrays.fill(kept, before, kept.length, NOTHING);
    }
    if (kept[at] == NOTHING) {
      count++;
    }
    kept[at] = value;
    if (value instanceof Stateful || value instanceof Opaque) {
      budget.charge(Budget.ENTRY);
      changing.put(value, at);
    }
  }

  Object recall(long index) {
    if (index < 0 || index >= kept.length || kept[(int) index] == NOTHING) {
      throw new IllegalArgumentException("damaged: nothing was kept under " + index);
    }
    return kept[(int) index];
  }

  /** Puts what an object has become in the object's place. */
  void replace(Object old, Object now) {
    Integer at = changing.remove(old);
    if (at != null && kept[at] == old) {
      kept[at] = now;
    }
  }
}
