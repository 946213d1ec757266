package org.reprise.engine.plugin;

import java.util.List;
import java.util.Objects;
import org.reprise.api.ExtensionContext;
import org.reprise.api.ExtensionFactory;
import org.reprise.api.InvalidInputException;
import org.reprise.api.download.Download;
import org.reprise.api.download.Downloads;
import org.reprise.budget.Shown;
import org.reprise.engine.config.OptionDescription;

/**
 * An extension and the plugin it came from. What the factory says of itself is asked once, when the
 * plugin is loaded.
 *
 * @param <C> what the framework offers to a new object
 * @param <T> what is made
 * @param door which door
 * @param name its name
 * @param aliases further names
 * @param description what it does, one line
 * @param options what can be set
 * @param downloads published files that it can use
 * @param factory what makes it
 * @param plugin where it came from
 */
public record ExtensionEntry<C extends ExtensionContext, T>(
    Door<C, T> door,
    String name,
    List<String> aliases,
    String description,
    List<OptionDescription> options,
    List<Download> downloads,
    ExtensionFactory<?, C, T> factory,
    PluginIdentity plugin) {

  /**
   * Asks a factory what it is.
   *
   * @param door which door
   * @param factory of that door
   * @param plugin where it came from
   * @throws InvalidInputException if it does not say what it must
   */
  static <C extends ExtensionContext, T> ExtensionEntry<C, T> of(
      Door<C, T> door, ExtensionFactory<?, C, T> factory, PluginIdentity plugin) {
    String type = factory.getClass().getName();
    String name = said(factory.name(), type + ".name()");
    requireName(name);
    List<String> aliases = said(factory.aliases(), type + ".aliases()");
    aliases.forEach(alias -> requireName(said(alias, type + ".aliases()")));
    Class<? extends Record> options = said(factory.optionsType(), type + ".optionsType()");
    if (!options.isRecord()) {
      throw new InvalidInputException(name + ": its options type is not a record");
    }
    initialise(options);
    return new ExtensionEntry<>(
        door,
        name,
        List.copyOf(aliases),
        Shown.of(said(factory.description(), type + ".description()"), 300),
        List.copyOf(OptionDescription.of(options)),
        factory instanceof Downloads downloads
            ? List.copyOf(said(downloads.downloads(), type + ".downloads()"))
            : List.of(),
        factory,
        plugin);
  }

  private static <V> V said(V value, String asked) {
    if (Objects.isNull(value)) {
      throw new InvalidInputException(asked + " returned nothing");
    }
    return value;
  }

  private static void requireName(String name) {
    if (!name.matches("[a-z0-9][a-z0-9+-]{0,99}")) {
      throw new InvalidInputException(
          "the name \"" + Shown.of(name) + "\" is not lower case letters, digits, '-' and '+'");
    }
  }

  // what a class does when it is first used shows now, and not in the middle of something else
  private static void initialise(Class<?> type) {
    try {
      Class.forName(type.getName(), true, type.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(type + " is not known to its own class loader", e);
    }
  }

  /** Tells whether an experiment may call it so. */
  boolean isCalled(String wanted) {
    return name.equals(wanted) || aliases.contains(wanted);
  }

  /** Returns the type of its options. */
  public Class<? extends Record> optionsType() {
    return factory.optionsType();
  }

  /**
   * Returns door, name and plugin, for messages: {@code prompt padding [prompts-standard 0.1.0]}.
   */
  public String title() {
    return door.label() + " " + name + " [" + plugin + "]";
  }
}
