package org.reprise.engine.plugin;

import java.util.List;
import org.reprise.api.ExtensionContext;
import org.reprise.api.ExtensionFactory;

/**
 * An extension and the plugin it came from.
 *
 * @param <C> what the framework offers to a new object
 * @param <T> what is made
 * @param door which door
 * @param name its name
 * @param aliases further names
 * @param factory what makes it
 * @param plugin where it came from
 */
public record ExtensionEntry<C extends ExtensionContext, T>(
    Door<C, T> door,
    String name,
    List<String> aliases,
    ExtensionFactory<?, C, T> factory,
    PluginIdentity plugin) {

  /** Tells whether an experiment may call it so. */
  boolean isCalled(String wanted) {
    return name.equals(wanted) || aliases.contains(wanted);
  }

  /**
   * Returns door, name and plugin, for messages: {@code prompt padding [prompts-standard 0.1.0]}.
   */
  public String title() {
    return door.label() + " " + name + " [" + plugin + "]";
  }
}
