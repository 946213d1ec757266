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
   * @param source how it was given, for messages, e.g. {@code --mapper blm}
   * @param path what messages call the block, e.g. {@code mapper}
   * @param name of the extension
   * @param settings {@code key=value} texts
   */
  public static ExtensionBlock of(String source, String path, String name, List<String> settings) {
    Place place = YamlReader.readValue("", source).place();
    YamlNode.Mapping none = new YamlNode.Mapping(Map.of(), Map.of(), place);
    return new ExtensionBlock(name, Overrides.apply(none, settings), path);
  }

  /**
   * Makes a block from options that a program gives.
   *
   * @param source who gives them, for messages
   * @param name of the extension
   * @param options plain maps, lists and scalars by key
   */
  public static ExtensionBlock of(String source, String name, Map<String, Object> options) {
    YamlNode node = YamlReader.readValue(RecordWriter.toYaml(options), source);
    YamlNode.Mapping mapping =
        node instanceof YamlNode.Mapping written
            ? written
            : new YamlNode.Mapping(Map.of(), Map.of(), node.place());
    return new ExtensionBlock(name, mapping, source);
  }
}
