package org.reprise.pickle;

import java.util.Collection;

/**
 * An object made by a {@link Global} that holds other values of the pickle; they are checked like
 * the elements of a list.
 */
public interface Container {

  /**
   * Returns what the object holds.
   *
   * @return the values; asked once the whole pickle is read
   */
  Collection<?> children();
}
