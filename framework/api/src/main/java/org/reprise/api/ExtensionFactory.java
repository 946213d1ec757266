package org.reprise.api;

import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * A door for plugins: makes one kind of object from the options of a YAML block {@code {name:
 * <name>, ...options}}.
 *
 * <p>A factory is stateless, has a public constructor without parameters, and may be called from
 * any thread. The object it makes carries the state and belongs to the caller, who closes it.
 * Implement one of the sub-interfaces, not this one.
 *
 * @param <O> the record of options; every component is one key of the block, see {@link
 *     org.reprise.api.options.Option}
 * @param <C> what the framework offers to the new object
 * @param <T> what is made
 */
public interface ExtensionFactory<O extends Record, C extends ExtensionContext, T>
    extends ExtensionPoint {

  /**
   * Returns the name an experiment uses.
   *
   * @return lower case letters, digits, {@code -} and {@code +}, unique among the extensions of its
   *     kind
   */
  String name();

  /**
   * Returns further names that mean the same.
   *
   * @return aliases in the same alphabet as {@link #name()}, possibly none
   */
  default List<String> aliases() {
    return List.of();
  }

  /**
   * Says in one line what the extension does.
   *
   * @return one sentence for listings
   */
  String description();

  /**
   * Returns the record that the framework binds the options of the YAML block to.
   *
   * @return a record class; {@link org.reprise.api.options.NoOptions} where there is nothing to set
   */
  Class<O> optionsType();

  /**
   * Makes the object.
   *
   * @param options bound and validated options
   * @param context what the framework offers
   * @return a new object that the caller owns and closes
   * @throws InvalidInputException if the options do not fit the context or a file they name
   */
  T create(O options, C context);
}
