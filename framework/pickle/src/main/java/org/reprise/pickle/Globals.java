package org.reprise.pickle;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The closed list of names that a pickle may mention. Nothing is looked up by name anywhere else:
 * no class is loaded, no method found. Immutable.
 */
public final class Globals {

  /** What plain values need: ordered dicts and the way that old protocols store bytes. */
  public static final Globals PLAIN = plain();

  /** {@link #PLAIN} and numpy's arrays and scalars of numbers. */
  public static final Globals NUMPY = NumpyGlobals.addTo(PLAIN);

  private final Map<String, Global> names;
  private final Map<String, Function<String, Global>> families;
  private final Optional<Function<Object, Object>> persistentIds;

  private Globals(
      Map<String, Global> names,
      Map<String, Function<String, Global>> families,
      Optional<Function<Object, Object>> persistentIds) {
    this.names = names;
    this.families = families;
    this.persistentIds = persistentIds;
  }

  /**
   * Adds a name.
   *
   * @param name module and name, e.g. {@code torch.Size}
   * @param maker what a call of it makes
   * @return a longer list
   */
  public Globals with(String name, Global.Maker maker) {
    Map<String, Global> more = new HashMap<>(names);
    more.put(name, new Global(name, maker));
    return new Globals(more, families, persistentIds);
  }

  /**
   * Adds a name that may be mentioned as a value but not called.
   *
   * @param name module and name
   * @return a longer list
   */
  public Globals withName(String name) {
    return with(
        name,
        arguments -> {
          throw new IllegalArgumentException(name + " is not to be called");
        });
  }

  /**
   * Adds all names that begin alike.
   *
   * @param prefix of module and name, e.g. {@code __torch__.}
   * @param maker makes the objects of the class whose full name it is given
   * @return a longer list
   */
  public Globals withFamily(String prefix, Function<String, Global.Maker> maker) {
    Map<String, Function<String, Global>> more = new TreeMap<>(families);
    more.put(prefix, name -> new Global(name, maker.apply(name)));
    return new Globals(names, more, persistentIds);
  }

  /**
   * Allows references to things outside the pickle.
   *
   * @param resolver from the stored id to the value it stands for; throws IllegalArgumentException
   *     where it knows none
   * @return a longer list
   */
  public Globals withPersistentIds(Function<Object, Object> resolver) {
    return new Globals(names, families, Optional.of(resolver));
  }

  Optional<Global> find(String name) {
    Global global = names.get(name);
    if (global != null) {
      return Optional.of(global);
    }
    return families.entrySet().stream()
        .filter(family -> name.startsWith(family.getKey()))
        .map(family -> family.getValue().apply(name))
        .findFirst();
  }

  Optional<Function<Object, Object>> persistentIds() {
    return persistentIds;
  }

  private static Globals plain() {
    Globals none = new Globals(Map.of(), Map.of(), Optional.empty());
    return none.with("collections.OrderedDict", Globals::orderedDict)
        .with("_codecs.encode", Globals::encode)
        .with("__builtin__.bytes", Globals::bytes)
        .with("builtins.bytes", Globals::bytes)
        .with("__builtin__.bytearray", Globals::bytes)
        .with("builtins.bytearray", Globals::bytes);
  }

  // items follow one by one; protocol 0 of Python 2 hands a list of pairs
  private static Object orderedDict(Tuple arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (arguments.isEmpty()) {
      return map;
    }
    if (arguments.size() != 1 || !(arguments.get(0) instanceof Iterable<?> pairs)) {
      throw new IllegalArgumentException("an OrderedDict is made of a list of pairs");
    }
    for (Object pair : pairs) {
      if (!(pair instanceof java.util.List<?> two) || two.size() != 2) {
        throw new IllegalArgumentException("an OrderedDict is made of a list of pairs");
      }
      map.put(Keys.checked(two.get(0)), two.get(1));
    }
    return map;
  }

  private static Object encode(Tuple arguments) {
    if (arguments.size() == 2
        && arguments.get(0) instanceof String text
        && arguments.get(1) instanceof String encoding) {
      switch (encoding.toLowerCase(Locale.ROOT)) {
        case "latin1", "latin-1", "iso-8859-1" -> {
          return latin1(text);
        }
        case "utf8", "utf-8" -> {
          return text.getBytes(StandardCharsets.UTF_8);
        }
        default -> throw new IllegalArgumentException("encoding " + encoding + " is not known");
      }
    }
    throw new IllegalArgumentException("_codecs.encode takes a text and an encoding");
  }

  private static Object bytes(Tuple arguments) {
    if (arguments.isEmpty()) {
      return new byte[0];
    }
    if (arguments.size() == 1 && arguments.get(0) instanceof byte[] bytes) {
      return bytes.clone();
    }
    return encode(arguments);
  }

  /** Returns the bytes of a text in which every character stands for one byte. */
  static byte[] latin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xFF) {
        throw new IllegalArgumentException("the text is not Latin-1 at character " + i);
      }
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
