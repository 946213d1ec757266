package org.reprise.pickle;

/**
 * What a name in a pickle stands for. It is only ever code of the reader's caller: a name that the
 * caller did not list is refused.
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
     * @return the value; null stands for None
     * @throws IllegalArgumentException if the arguments are not what they should be; the message
     *     says what was expected
     */
    Object make(Tuple arguments);
  }

  @Override
  public String toString() {
    return name;
  }
}
