package org.reprise.engine.plugin;

import java.util.List;
import org.reprise.api.ExtensionFactory;

/**
 * An extension and the plugin it came from.
 *
 * @param kind which door
 * @param name its name
 * @param aliases further names
 * @param factory what makes it
 * @param plugin id of its plugin
 * @param version version of its plugin
 */
public record ExtensionEntry(
    ExtensionKind kind,
    String name,
    List<String> aliases,
    ExtensionFactory<?, ?, ?> factory,
    String plugin,
    String version) {

  /**
   * Returns kind, name and plugin, for messages: {@code prompt padding [prompts-standard 0.1.0]}.
   */
  public String title() {
    return kind.label() + " " + name + " [" + plugin + " " + version + "]";
  }
}
