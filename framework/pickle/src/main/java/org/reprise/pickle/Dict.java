package org.reprise.pickle;

import java.util.LinkedHashMap;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * A dict of the file, in its order.
 *
 * <p>A file may choose keys that all have one hash. A hash table then falls back on comparing,
 * which it can do for keys of one kind only; where kinds are mixed it looks at all of them. So each
 * put of a key is charged with the keys it may be compared with.
 */
@SuppressWarnings("serial") // never serialised
final class Dict extends LinkedHashMap<Object, Object> {
  private Class<?> kind;
  private long others;

  /** Puts an entry; a key that is there gets the new value. */
  void put(Object key, Object value, Budget budget) throws BudgetException {
    Class<?> found = key == null ? Void.class : key.getClass();
    if (kind == null) {
      kind = found;
    }
    boolean isOther = found != kind;
    budget.charge(
        Budget.ENTRY
            + (isOther ? size() : others)
            + (key instanceof String text
                ? text.length() / 4
                : 0)); // equal hashes: read to the end
    if (isOther) {
      others++;
    }
    put(key, value);
  }
}
