package org.reprise.engine.config;

import java.util.List;
import java.util.Map;

/**
 * A block that names an extension, {@code {name: blm, laplace: 1}}; its options are bound once the
 * extension is known.
 *
 * @param name as written: a name or an alias
 * @param options the other keys
 * @param path the key path of the block, for messages
 */
public record ExtensionBlock(String name, YamlNode.Mapping options, String path) {

  /**
   * Makes a block from the command line.
   *
   * @param path what messages call it
   * @param name of the extension
   * @param settings {@code key=value} texts
   * @param written how the command line named the extension, for messages
   */
  public static ExtensionBlock of(String path, String name, List<String> settings, String written) {
    Place place = YamlReader.readValue("", written).place();
    YamlNode.Mapping none = new YamlNode.Mapping(Map.of(), Map.of(), place);
    return new ExtensionBlock(name, Overrides.apply(none, settings), path);
  }
}
