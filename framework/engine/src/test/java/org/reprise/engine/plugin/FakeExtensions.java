package org.reprise.engine.plugin;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.reprise.api.ExtensionContext;
import org.reprise.api.ExtensionFactory;
import org.reprise.api.options.NoOptions;

/** Extensions that tests make without a plugin. */
public final class FakeExtensions {
  private FakeExtensions() {}

  /**
   * Makes an extension of plugin {@code colours 1.2.0}.
   *
   * @param door of which kind
   * @param name its name
   * @param make what its factory does
   */
  public static <C extends ExtensionContext, T> BoundExtension<C, T> bound(
      Door<C, T> door, String name, Function<C, T> make) {
    PluginIdentity plugin =
        new PluginIdentity("colours", "1.2.0", Path.of("colours.jar"), "00".repeat(32));
    return new BoundExtension<>(
        new ExtensionEntry<>(door, name, List.of(), new Factory<>(name, make), plugin),
        new NoOptions());
  }

  private record Factory<C extends ExtensionContext, T>(String name, Function<C, T> make)
      implements ExtensionFactory<NoOptions, C, T> {
    @Override
    public String description() {
      return "A fake.";
    }

    @Override
    public Class<NoOptions> optionsType() {
      return NoOptions.class;
    }

    @Override
    public T create(NoOptions options, C context) {
      return make.apply(context);
    }
  }
}
