package org.reprise.api.options;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An option that names another extension, which this one is built around or of: {@code network:
 * resnet18}, or {@code network: {name: resnet18, weights: ...}}. The name is looked up and the
 * options are checked before anything is opened; {@link org.reprise.api.ExtensionContext#make}
 * makes the object.
 *
 * <pre>{@code
 * public record Options(@Option("the network inside") Block<Backbone> network) {}
 * }</pre>
 *
 * @param <T> what is made, e.g. {@link org.reprise.api.backbone.Backbone}
 * @param kind the same, as a class
 * @param name of the extension
 * @param options by their keys in YAML: texts, numbers, truth values, paths, lists and maps of
 *     these; a block that was read from an experiment has its defaults filled in
 */
public record Block<T>(Class<T> kind, String name, Map<String, Object> options) {
  /** Copies the options, and keeps their order. */
  public Block {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }
}
