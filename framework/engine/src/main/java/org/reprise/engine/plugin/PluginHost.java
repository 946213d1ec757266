package org.reprise.engine.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.pf4j.InvalidPluginDescriptorException;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginWrapper;
import org.reprise.api.ApiVersion;
import org.reprise.api.ExtensionFactory;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.device.Libtorch;
import org.reprise.support.Suggestion;

/**
 * Loads plugins and finds extensions by kind and name. A plugin that cannot be used is left out as
 * a whole and reported; it never takes the host down.
 */
public final class PluginHost implements AutoCloseable {
  private final ReprisePluginManager manager;
  private final List<ExtensionEntry> extensions = new ArrayList<>();
  private final List<RejectedPlugin> rejected = new ArrayList<>();
  private final List<Path> folders;

  private PluginHost(List<Path> folders) {
    this.folders = List.copyOf(folders);
    this.manager = new ReprisePluginManager();
  }

  /**
   * Loads every plugin of some folders, in order of folder and file name: of two extensions with
   * the same name the first stays.
   *
   * @param folders folders of plugin jars (or unpacked plugin zips); the bundled one first
   * @return the host; close it to free class loaders
   * @throws InvalidInputException if a folder does not exist
   */
  public static PluginHost load(List<Path> folders) {
    Libtorch.unpack(); // a plugin may touch libtorch first
    List<Path> each =
        folders.stream().map(folder -> folder.toAbsolutePath().normalize()).distinct().toList();
    PluginHost host = new PluginHost(each);
    each.forEach(host::loadFolder);
    return host;
  }

  /** Returns the folders that were searched. */
  public List<Path> folders() {
    return folders;
  }

  /** Returns all extensions, in the order loaded. */
  public List<ExtensionEntry> extensions() {
    return List.copyOf(extensions);
  }

  /** Returns the plugins that were left out. */
  public List<RejectedPlugin> rejected() {
    return List.copyOf(rejected);
  }

  /**
   * Finds an extension by name or alias.
   *
   * @param kind which door
   * @param name as the user wrote it
   * @return the extension, or empty
   */
  public Optional<ExtensionEntry> find(ExtensionKind kind, String name) {
    return extensions.stream()
        .filter(
            entry ->
                entry.kind() == kind
                    && (entry.name().equals(name) || entry.aliases().contains(name)))
        .findFirst();
  }

  /**
   * Words the error for a name that no extension has.
   *
   * @param kind which door
   * @param name as the user wrote it
   * @return what exists, the nearest name, and which plugins were left out
   */
  public String unknown(ExtensionKind kind, String name) {
    Collection<String> names = new TreeSet<>();
    extensions.stream()
        .filter(entry -> entry.kind() == kind)
        .forEach(entry -> names.add(entry.name()));
    StringBuilder message =
        new StringBuilder(
            "there is no " + kind.label() + " \"" + name + "\"; " + Suggestion.hint(name, names));
    rejected.forEach(plugin -> message.append(System.lineSeparator()).append("  ").append(plugin));
    return message.toString();
  }

  private void loadFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(folder + ": no such plugin folder");
    }
    List<Path> candidates;
    try (Stream<Path> files = Files.list(folder)) {
      candidates = files.filter(PluginHost::isCandidate).sorted().toList();
    } catch (IOException e) {
      throw new InvalidInputException(folder + ": cannot be read: " + e.getMessage(), e);
    }
    candidates.forEach(this::loadPlugin);
  }

  private static boolean isCandidate(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".")
        && (name.endsWith(".jar")
            || Files.isRegularFile(file.resolve("classes/META-INF/MANIFEST.MF")));
  }

  // Whatever a plugin throws, errors of linking included, is its own failure and not the host's.
  private void loadPlugin(Path file) {
    String id = null;
    try {
      id = manager.loadPlugin(file);
      PluginWrapper wrapper = manager.getPlugin(id);
      PluginDescriptor descriptor = wrapper.getDescriptor();
      String requires = descriptor.getRequires();
      if (!manager.getVersionManager().checkVersionConstraint(ApiVersion.CURRENT, requires)) {
        throw new InvalidInputException(
            "it is built for version "
                + requires
                + " of the API (Plugin-Requires), this is "
                + ApiVersion.CURRENT);
      }
      Plugin plugin = wrapper.getPlugin();
      if (plugin != null) {
        plugin.start();
      }
      extensions.addAll(entries(wrapper));
    } catch (Exception | LinkageError | StackOverflowError e) {
      rejected.add(new RejectedPlugin(file, reason(e)));
      if (id != null) {
        manager.unloadPlugin(id);
      }
    }
  }

  private List<ExtensionEntry> entries(PluginWrapper wrapper) throws ReflectiveOperationException {
    List<ExtensionEntry> found = new ArrayList<>();
    Collection<String> classNames =
        new TreeSet<>(manager.getExtensionClassNames(wrapper.getPluginId()));
    if (classNames.isEmpty()) {
      throw new InvalidInputException(
          "it lists no extensions in META-INF/extensions.idx; was it compiled with PF4J's annotation processor?");
    }
    for (String className : classNames) {
      Object extension =
          wrapper
              .getPluginClassLoader()
              .loadClass(className)
              .getDeclaredConstructor()
              .newInstance();
      if (!(extension instanceof ExtensionFactory<?, ?, ?> factory)) {
        throw new InvalidInputException(className + " implements no extension point of the API");
      }
      ExtensionEntry entry = entry(factory, wrapper.getDescriptor());
      check(entry, found);
      found.add(entry);
    }
    return found;
  }

  private static ExtensionEntry entry(
      ExtensionFactory<?, ?, ?> factory, PluginDescriptor descriptor) {
    ExtensionKind kind =
        ExtensionKind.of(factory)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        factory.getClass().getName() + " implements no extension point"));
    if (!factory.optionsType().isRecord()) {
      throw new InvalidInputException(factory.name() + ": its options type is not a record");
    }
    return new ExtensionEntry(
        kind,
        factory.name(),
        List.copyOf(factory.aliases()),
        factory,
        descriptor.getPluginId(),
        descriptor.getVersion());
  }

  private void check(ExtensionEntry entry, List<ExtensionEntry> siblings) {
    List<String> names = new ArrayList<>(entry.aliases());
    names.add(entry.name());
    for (String name : names) {
      if (!name.matches("[a-z0-9][a-z0-9+-]*")) {
        throw new InvalidInputException(
            "the name \"" + name + "\" is not lower case letters, digits, '-' and '+'");
      }
      Stream.concat(extensions.stream(), siblings.stream())
          .filter(other -> other.kind() == entry.kind())
          .filter(other -> other.name().equals(name) || other.aliases().contains(name))
          .findFirst()
          .ifPresent(
              other -> {
                throw new InvalidInputException(
                    "the "
                        + entry.kind().label()
                        + " \""
                        + name
                        + "\" exists already, in plugin "
                        + other.plugin());
              });
    }
  }

  private static String reason(Throwable e) {
    if (e instanceof InvalidInputException) {
      return e.getMessage();
    } else if (e instanceof InvalidPluginDescriptorException) {
      return "its MANIFEST.MF lacks what a plugin's has, such as Plugin-Id and Plugin-Version: "
          + e.getMessage();
    } else if (e instanceof PluginRuntimeException && e.getMessage().contains("with the same id")) {
      return "another plugin with its Plugin-Id is loaded already";
    }
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message =
        cause.getMessage() == null ? "" : ": " + cause.getMessage().lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + message;
  }

  /** Stops and unloads all plugins. */
  @Override
  public void close() {
    manager.unloadPlugins();
  }
}
