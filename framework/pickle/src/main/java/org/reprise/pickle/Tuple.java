package org.reprise.pickle;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** A Python tuple: a list that cannot change. Elements may be null, which stands for None. */
public final class Tuple extends AbstractList<Object> implements RandomAccess {
  static final Tuple EMPTY = new Tuple(List.of());

  private final Object[] elements;

  /**
   * Copies the elements.
   *
   * @param elements in order
   */
  public Tuple(List<?> elements) {
    this.elements = elements.toArray();
  }

  @Override
  public Object get(int index) {
    return elements[index];
  }

  @Override
  public int size() {
    return elements.length;
  }
}
