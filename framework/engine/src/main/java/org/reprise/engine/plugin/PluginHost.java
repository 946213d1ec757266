package org.reprise.engine.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.pf4j.InvalidPluginDescriptorException;
import org.pf4j.Plugin;
import org.pf4j.PluginDependency;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginWrapper;
import org.reprise.api.ExtensionContext;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;
import org.reprise.engine.device.Libtorch;
import org.reprise.engine.identity.CacheFolder;
import org.reprise.engine.identity.Digests;
import org.reprise.engine.waiting.Patience;
import org.reprise.support.Suggestion;

/**
 * Loads plugins and finds extensions by kind and name. A plugin that cannot be used is left out as
 * a whole and reported; it never takes the host down.
 */
public final class PluginHost implements AutoCloseable {
  /** Longer than any sound plugin takes, on the slowest machine. */
  private static final Patience PATIENCE = new Patience(Duration.ofSeconds(30));

  private final ReprisePluginManager manager;
  private final List<ExtensionEntry<?, ?>> extensions = new ArrayList<>();
  private final List<RejectedPlugin> rejected = new ArrayList<>();
  private final List<Path> folders;
  private final List<Path> named;
  private final Digests digests;

  private PluginHost(List<Path> folders, List<Path> named, Digests digests) {
    this.folders = List.copyOf(folders);
    this.named = List.copyOf(named);
    this.digests = digests;
    this.manager = new ReprisePluginManager();
  }

  /**
   * Loads every plugin of some folders, in order of folder and file name: of two extensions with
   * the same name the first stays.
   *
   * @param folders folders of plugin jars (or unpacked plugin zips), or single jars; the bundled
   *     one first
   * @return the host; close it to free class loaders
   * @throws InvalidInputException if a folder does not exist
   */
  public static PluginHost load(List<Path> folders) {
    return load(folders, List.of());
  }

  /**
   * Loads every plugin of some folders, in order.
   *
   * @param folders as for {@link #load(List)}
   * @param named those of them that somebody has just named: what they bring is meant
   * @return the host; close it to free class loaders
   * @throws InvalidInputException if a folder does not exist
   */
  public static PluginHost load(List<Path> folders, List<Path> named) {
    Libtorch.unpack(); // a plugin may touch libtorch first
    List<Path> each = absolute(folders);
    PluginHost host = new PluginHost(each, absolute(named), new Digests(CacheFolder.resolve()));
    each.forEach(host::loadFolder);
    return host;
  }

  private static List<Path> absolute(List<Path> folders) {
    return folders.stream().map(folder -> folder.toAbsolutePath().normalize()).distinct().toList();
  }

  /** Tells whether a plugin lies in a folder that somebody has just named. */
  public boolean wasNamed(Path plugin) {
    return named.contains(plugin.getParent()) || named.contains(plugin);
  }

  /** Returns the folders that were searched. */
  public List<Path> folders() {
    return folders;
  }

  /** Returns all extensions, in the order loaded. */
  public List<ExtensionEntry<?, ?>> extensions() {
    return List.copyOf(extensions);
  }

  /** Returns the plugins that were left out. */
  public List<RejectedPlugin> rejected() {
    return List.copyOf(rejected);
  }

  /**
   * Finds an extension by name or alias.
   *
   * @param door which door
   * @param name as the user wrote it
   * @return the extension, or empty
   */
  public <C extends ExtensionContext, T> Optional<ExtensionEntry<C, T>> find(
      Door<C, T> door, String name) {
    return extensions.stream()
        .filter(entry -> entry.door() == door && entry.isCalled(name))
        .findFirst()
        .flatMap(
            entry ->
                door.narrow(entry.factory())
                    .map(
                        factory ->
                            new ExtensionEntry<>(
                                door,
                                entry.name(),
                                entry.aliases(),
                                entry.description(),
                                entry.options(),
                                entry.downloads(),
                                factory,
                                entry.plugin())));
  }

  /**
   * Words the error for a name that no extension has.
   *
   * @param door which door
   * @param name as the user wrote it
   * @return what exists, the nearest name, and which plugins were left out
   */
  public String unknown(Door<?, ?> door, String name) {
    Collection<String> names = new TreeSet<>();
    extensions.stream()
        .filter(entry -> entry.door() == door)
        .forEach(entry -> names.add(entry.name()));
    StringBuilder message =
        new StringBuilder(
            "there is no " + door.label() + " \"" + name + "\"; " + Suggestion.hint(name, names));
    rejected.forEach(plugin -> message.append(System.lineSeparator()).append("  ").append(plugin));
    return message.toString();
  }

  private void loadFolder(Path folder) {
    if (Files.isRegularFile(folder) && isCandidate(folder)) {
      loadPlugin(folder);
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder
              + (Files.exists(folder)
                  ? ": neither a plugin folder nor a jar"
                  : ": no such plugin folder, and no jar"));
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

  // Whatever a plugin throws, an Error of any kind included, is its own failure and not the host's.
  private void loadPlugin(Path file) {
    try {
      extensions.addAll(PATIENCE.call("it did not load", () -> load(file)));
    } catch (TakenNameException e) {
      rejected.add(new RejectedPlugin(file, reason(e), Optional.of(e.taken())));
    } catch (Throwable e) { // see above
      rejected.add(new RejectedPlugin(file, reason(e), Optional.empty()));
    }
  }

  private List<ExtensionEntry<?, ?>> load(Path file) throws ReflectiveOperationException {
    if (!Files.isRegularFile(file) && !Files.isDirectory(file.resolve("classes"))) {
      throw new InvalidInputException("it is neither a file nor the folder of an unpacked plugin");
    }
    String id = manager.loadPlugin(file);
    try {
      PluginWrapper wrapper = manager.getPlugin(id);
      PluginDescriptor descriptor = wrapper.getDescriptor();
      Optional<String> wrong = PluginFile.wrongVersion(descriptor.getRequires());
      if (wrong.isPresent()) {
        throw new InvalidInputException(wrong.get());
      }
      requireDependencies(descriptor);
      Plugin plugin = wrapper.getPlugin();
      if (plugin != null) {
        plugin.start();
      }
      return entries(wrapper);
    } catch (Throwable e) { // rethrown
      manager.unloadPlugin(id);
      throw e;
    }
  }

  private void requireDependencies(PluginDescriptor descriptor) {
    for (PluginDependency dependency : descriptor.getDependencies()) {
      if (!dependency.isOptional() && manager.getPlugin(dependency.getPluginId()) == null) {
        throw new InvalidInputException(
            "it needs plugin "
                + dependency.getPluginId()
                + " (Plugin-Dependencies), which is not loaded; plugins load in order of folder"
                + " and file name");
      }
    }
  }

  private List<ExtensionEntry<?, ?>> entries(PluginWrapper wrapper)
      throws ReflectiveOperationException {
    Collection<String> classNames =
        new TreeSet<>(manager.getExtensionClassNames(wrapper.getPluginId()));
    if (classNames.isEmpty()) {
      throw new InvalidInputException(PluginFile.NO_INDEX);
    }
    PluginDescriptor descriptor = wrapper.getDescriptor();
    PluginIdentity plugin =
        new PluginIdentity(
            descriptor.getPluginId(),
            descriptor.getVersion(),
            wrapper.getPluginPath(),
            digests.content(wrapper.getPluginPath()));
    List<ExtensionEntry<?, ?>> found = new ArrayList<>();
    for (String className : classNames) {
      Object extension =
          wrapper
              .getPluginClassLoader()
              .loadClass(className)
              .getDeclaredConstructor()
              .newInstance();
      ExtensionEntry<?, ?> entry =
          Door.all().stream()
              .flatMap(door -> entry(door, extension, plugin).stream())
              .findFirst()
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          className + " implements no extension point of the API"));
      check(entry, found);
      found.add(entry);
    }
    return found;
  }

  private static <C extends ExtensionContext, T> Optional<ExtensionEntry<C, T>> entry(
      Door<C, T> door, Object extension, PluginIdentity plugin) {
    return door.narrow(extension).map(factory -> ExtensionEntry.of(door, factory, plugin));
  }

  private void check(ExtensionEntry<?, ?> entry, List<ExtensionEntry<?, ?>> siblings) {
    List<String> names = new ArrayList<>(entry.aliases());
    names.add(entry.name());
    for (String name : names) {
      Stream.concat(extensions.stream(), siblings.stream())
          .filter(other -> other.door() == entry.door() && other.isCalled(name))
          .findFirst()
          .ifPresent(
              other -> {
                throw new TakenNameException(
                    new RejectedPlugin.TakenName(entry.door(), name), other.plugin());
              });
    }
  }

  /**
   * Finds a plugin that was left out because it wanted an extension's name too.
   *
   * @param door which door
   * @param name as the user wrote it
   * @return that plugin, if there is one
   */
  public Optional<RejectedPlugin> leftOut(Door<?, ?> door, String name) {
    return rejected.stream()
        .filter(
            plugin ->
                plugin.taken().stream()
                    .anyMatch(taken -> taken.door() == door && taken.name().equals(name)))
        .findFirst();
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
    if (e.getClass().getPackageName().startsWith("com.github.zafarkhaja.semver")) {
      return "its Plugin-Requires is no range of versions: " + Shown.of(e.getMessage(), 300);
    }
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message =
        cause.getMessage() == null
            ? ""
            : ": " + Shown.of(cause.getMessage().lines().findFirst().orElse(""), 300);
    return cause.getClass().getSimpleName() + message;
  }

  /** Stops and unloads all plugins, whatever they throw. */
  @Override
  public void close() {
    try {
      PATIENCE.call(
          "plugins did not stop",
          () -> {
            manager.unloadPlugins();
            return true;
          });
    } catch (Throwable e) { // whatever a plugin throws
      return; // all that was to be done with them is done
    }
  }
}
