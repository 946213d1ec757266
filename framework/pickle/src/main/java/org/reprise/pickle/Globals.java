package org.reprise.pickle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;
import org.reprise.budget.Shown;

/**
 * The closed list of names that a pickle may mention. Nothing is looked up by name anywhere else:
 * no class is loaded, no method found. Another name is refused or, after {@link #withOpaque()},
 * kept as a name and nothing more. Immutable.
 */
public final class Globals {

  /** What plain values need: ordered dicts and the way that old protocols store bytes. */
  public static final Globals PLAIN = plain();

  /** {@link #PLAIN} and numpy's arrays and scalars of numbers. */
  public static final Globals NUMPY = NumpyGlobals.addTo(PLAIN);

  private final Map<String, Global> names;
  private final Map<String, Function<String, Global>> families;
  private final Optional<Function<Object, Object>> persistentIds;
  private final boolean opaque;

  private Globals(
      Map<String, Global> names,
      Map<String, Function<String, Global>> families,
      Optional<Function<Object, Object>> persistentIds,
      boolean opaque) {
    this.names = names;
    this.families = families;
    this.persistentIds = persistentIds;
    this.opaque = opaque;
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
    return new Globals(more, families, persistentIds, opaque);
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
        (arguments, budget) -> {
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
    return new Globals(names, more, persistentIds, opaque);
  }

  /**
   * Allows references to things outside the pickle.
   *
   * @param resolver from the stored id to the value it stands for; throws IllegalArgumentException
   *     where it knows none
   * @return a longer list
   */
  public Globals withPersistentIds(Function<Object, Object> resolver) {
    return new Globals(names, families, Optional.of(resolver), opaque);
  }

  /**
   * Keeps what is not listed as an {@link Opaque} instead of refusing the whole pickle: names, the
   * objects they would make, and numpy arrays of other things than numbers. Keys of a dict that are
   * no texts or numbers become texts.
   *
   * @return a list that refuses no name
   */
  public Globals withOpaque() {
    return new Globals(names, families, persistentIds, true);
  }

  boolean keepsOpaque() {
    return opaque;
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
    Globals none = new Globals(Map.of(), Map.of(), Optional.empty(), false);
    Globals all =
        none.with("collections.OrderedDict", Globals::dict)
            .with("collections.Counter", Globals::dict)
            .with("collections.defaultdict", (arguments, budget) -> new Dict())
            .with("_codecs.encode", Globals::encode);
    for (String builtins : List.of("builtins.", "__builtin__.")) {
      all =
          all.with(builtins + "bytes", Globals::bytes)
              .with(builtins + "bytearray", Globals::bytes)
              .with(builtins + "set", Globals::set)
              .with(builtins + "frozenset", Globals::set);
      for (String factory : List.of("list", "dict", "int", "float", "str")) {
        all = all.withName(builtins + factory); // of a defaultdict
      }
    }
    return all;
  }

  // entries mostly follow one by one; a Counter hands a dict, protocol 0 of Python 2 a list of
  // pairs
  private static Object dict(Tuple arguments, Budget budget) throws BudgetException {
    Dict dict = new Dict();
    if (arguments.isEmpty()) {
      return dict;
    }
    if (arguments.size() == 1 && arguments.get(0) instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        dict.put(entry.getKey(), entry.getValue(), budget);
      }
      return dict;
    }
    if (arguments.size() != 1 || !(arguments.get(0) instanceof List<?> pairs)) {
      throw new IllegalArgumentException("an OrderedDict is made of a list of pairs");
    }
    for (Object pair : pairs) {
      if (!(pair instanceof List<?> two) || two.size() != 2) {
        throw new IllegalArgumentException("an OrderedDict is made of a list of pairs");
      }
      dict.put(Keys.checked(two.get(0)), two.get(1), budget);
    }
    return dict;
  }

  private static Object set(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.isEmpty()) {
      return new ArrayList<>();
    }
    if (arguments.size() != 1 || !(arguments.get(0) instanceof List<?> elements)) {
      throw new IllegalArgumentException("a set is made of a list");
    }
    budget.charge(elements.size(), Budget.SLOT);
    return new ArrayList<>(elements);
  }

  private static Object encode(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.size() == 2
        && arguments.get(0) instanceof String text
        && arguments.get(1) instanceof String encoding) {
      switch (encoding.toLowerCase(Locale.ROOT)) {
        case "latin1", "latin-1", "iso-8859-1" -> {
          return latin1(text, budget);
        }
        case "utf8", "utf-8" -> {
          budget.charge(text.length(), 3);
          return text.getBytes(StandardCharsets.UTF_8);
        }
        default ->
            throw new IllegalArgumentException(
                "encoding " + Shown.of(encoding, 40) + " is not known");
      }
    }
    throw new IllegalArgumentException("_codecs.encode takes a text and an encoding");
  }

  private static Object bytes(Tuple arguments, Budget budget) throws BudgetException {
    if (arguments.isEmpty()) {
      return new byte[0];
    }
    if (arguments.size() == 1 && arguments.get(0) instanceof byte[] bytes) {
      budget.charge(bytes.length);
      return bytes.clone();
    }
    return encode(arguments, budget);
  }

  /** Returns the bytes of a text in which every character stands for one byte. */
  static byte[] latin1(String text, Budget budget) throws BudgetException {
    budget.charge(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xFF) {
        throw new IllegalArgumentException("the text is not Latin-1 at character " + i);
      }
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
