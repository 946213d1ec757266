package org.reprise.pickle;

/** An object made by a {@link Global} that takes the state which the pickle stores after it. */
public interface Stateful {

  /**
   * Takes the state.
   *
   * @param state any value of the reader; it may be completed later, so look into it only after the
   *     whole pickle is read, or where its type cannot change any more
   * @throws IllegalArgumentException if it is not what such an object has
   */
  void setState(Object state);
}
