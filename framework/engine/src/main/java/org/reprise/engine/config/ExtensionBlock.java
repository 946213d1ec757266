package org.reprise.engine.config;

/**
 * A block that names an extension, {@code {name: blm, laplace: 1}}; its options are bound once the
 * extension is known.
 *
 * @param name as written: a name or an alias
 * @param options the other keys
 * @param path the key path of the block, for messages
 */
public record ExtensionBlock(String name, YamlNode.Mapping options, String path) {}
