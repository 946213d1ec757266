package org.reprise.engine.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.reprise.api.ExtensionFactory;
import org.reprise.engine.config.RecordWriter;

/**
 * An extension with its options bound.
 *
 * @param entry the extension
 * @param options of the factory's options type
 */
public record BoundExtension(ExtensionEntry entry, Record options) {

  /**
   * Makes the object. The options are of the factory's options type, and context and result of its
   * kind, by construction.
   *
   * @param context of the extension's kind
   * @throws IllegalStateException if it is not as the API says
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the kind decides both
  public <C, T> T create(C context) {
    T made = ((ExtensionFactory<Record, C, T>) entry.factory()).create(options, context);
    new Contract(entry).check(made);
    return made;
  }

  /** Returns the block as it would be written in YAML, defaults filled in. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", entry.name());
    map.putAll(RecordWriter.toMap(options));
    return map;
  }
}
