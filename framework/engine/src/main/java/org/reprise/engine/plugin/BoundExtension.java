package org.reprise.engine.plugin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.reprise.api.ExtensionContext;
import org.reprise.api.ExtensionFactory;
import org.reprise.engine.closing.Closing;
import org.reprise.engine.config.RecordWriter;
import org.reprise.engine.waiting.CallWatch;

/**
 * An extension with its options bound.
 *
 * @param <C> what the framework offers to a new object
 * @param <T> what is made
 * @param entry the extension
 * @param options of the factory's options type
 * @param inner those that the options name
 */
public record BoundExtension<C extends ExtensionContext, T>(
    ExtensionEntry<C, T> entry, Record options, List<BoundExtension<?, ?>> inner) {
  /** Copies the list. */
  public BoundExtension {
    inner = List.copyOf(inner);
  }

  /** An extension that names no other. */
  public BoundExtension(ExtensionEntry<C, T> entry, Record options) {
    this(entry, options, List.of());
  }

  /** Returns this one, and all that are within it. */
  public Stream<BoundExtension<?, ?>> withInner() {
    return Stream.concat(Stream.of(this), inner.stream().flatMap(BoundExtension::withInner));
  }

  /**
   * Makes the object.
   *
   * @param context what the framework offers to it
   * @return the object, which the caller closes
   * @throws IllegalStateException if it is not as the API says; it is closed then
   */
  public T create(C context) {
    try (CallWatch.Call call = CallWatch.ofProcess().making(entry.title())) {
      T made = create(entry.factory(), options, context);
      try {
        entry
            .door()
            .check(
                made,
                (kept, otherwise) -> {
                  if (!kept) {
                    throw new IllegalStateException(entry.title() + ": " + otherwise);
                  }
                });
        return made;
      } catch (RuntimeException | Error e) {
        if (made instanceof AutoCloseable closeable) {
          Closing.after(e, closeable);
        }
        throw e;
      }
    }
  }

  private static <O extends Record, C extends ExtensionContext, T> T create(
      ExtensionFactory<O, C, T> factory, Record options, C context) {
    return factory.create(factory.optionsType().cast(options), context);
  }

  /** Returns the block as it would be written in YAML, defaults filled in. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", entry.name());
    map.putAll(RecordWriter.toMap(options));
    return map;
  }
}
