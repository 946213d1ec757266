package org.reprise.engine.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.pf4j.DefaultVersionManager;
import org.reprise.api.ApiVersion;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;
import org.reprise.support.PlainFile;

/**
 * What the jar of a plugin says of itself, read without loading anything of it.
 *
 * @param file the jar
 * @param id its Plugin-Id
 * @param version its Plugin-Version
 * @param requires its Plugin-Requires; {@code *} where it says nothing
 * @param extensions class names of its factories, as PF4J's annotation processor lists them
 * @param bundled what it holds a copy of that only the host's is used of, e.g. {@code
 *     org.bytedeco.}
 */
public record PluginFile(
    Path file,
    String id,
    String version,
    String requires,
    List<String> extensions,
    List<String> bundled) {
  private static final String INDEX = "META-INF/extensions.idx";
  private static final int LONGEST_INDEX = 1 << 20; // bytes
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern VERSION =
      Pattern.compile("\\d{1,9}\\.\\d{1,9}\\.\\d{1,9}([-+][0-9A-Za-z.+-]{1,99})?");

  /** What is said where an index is missing, the commonest mistake of all. */
  static final String NO_INDEX =
      "it lists no extensions in "
          + INDEX
          + ", which PF4J's annotation processor writes: is it on javac's -processor or among"
          + " Maven's annotationProcessorPaths, and does a factory carry @Extension?";

  /**
   * Reads a jar.
   *
   * @param file the jar
   * @return what it says
   * @throws InvalidInputException if it is no plugin, or not one for this API; the message tells
   *     its author what to do
   */
  public static PluginFile read(Path file) {
    PlainFile.require("", file);
    try (JarFile jar = new JarFile(file.toFile())) {
      Manifest manifest = jar.getManifest();
      Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
      PluginFile found =
          new PluginFile(
              file,
              required(file, attributes, "Plugin-Id", ID, "letters, digits, '.', '-' and '_'"),
              required(file, attributes, "Plugin-Version", VERSION, "three numbers, e.g. 1.0.0"),
              Optional.ofNullable(attributes.getValue("Plugin-Requires")).orElse("*"),
              index(file, jar),
              bundled(jar));
      found.wrongVersion().ifPresent(found::refuse);
      if (found.extensions().isEmpty()) {
        found.refuse(NO_INDEX);
      }
      return found;
    } catch (IOException | SecurityException e) {
      throw new InvalidInputException(file + ": is no readable jar: " + e.getMessage(), e);
    }
  }

  private void refuse(String why) {
    throw new InvalidInputException(file + ": " + why);
  }

  private Optional<String> wrongVersion() {
    return wrongVersion(requires);
  }

  /** Tells what is wrong with a Plugin-Requires, if anything is. */
  static Optional<String> wrongVersion(String requires) {
    boolean met;
    try {
      met = new DefaultVersionManager().checkVersionConstraint(ApiVersion.CURRENT, requires);
    } catch (RuntimeException e) { // whatever the parser of such texts throws
      return Optional.of(
          "its Plugin-Requires \"" + Shown.of(requires) + "\" is no range of versions");
    }
    return met
        ? Optional.empty()
        : Optional.of(
            "it is built for version "
                + Shown.of(requires)
                + " of the API (Plugin-Requires), this is "
                + ApiVersion.CURRENT
                + ": compile it with this installation's libraries and say ^"
                + ApiVersion.CURRENT);
  }

  private static String required(
      Path file, Attributes attributes, String key, Pattern form, String expected) {
    String value = attributes.getValue(key);
    if (value == null) {
      throw new InvalidInputException(
          file + ": its MANIFEST.MF has no " + key + ": is it the jar of a plugin?");
    }
    if (!form.matcher(value).matches()) {
      throw new InvalidInputException(
          file + ": its " + key + " \"" + Shown.of(value) + "\" is not made of " + expected);
    }
    return value;
  }

  private static List<String> index(Path file, JarFile jar) throws IOException {
    ZipEntry entry = jar.getEntry(INDEX);
    if (entry == null) {
      return List.of();
    }
    try (InputStream stream = jar.getInputStream(entry)) {
      byte[] bytes = stream.readNBytes(LONGEST_INDEX + 1);
      if (bytes.length > LONGEST_INDEX) {
        throw new InvalidInputException(file + ": its " + INDEX + " is longer than 1 MB");
      }
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    }
  }

  private static List<String> bundled(JarFile jar) {
    List<String> bundled = new ArrayList<>();
    for (String prefix : ReprisePluginManager.FROM_HOST) {
      String folder = prefix.replace('.', '/');
      if (jar.stream().anyMatch(e -> e.getName().startsWith(folder) && !e.isDirectory())) {
        bundled.add(prefix);
      }
    }
    return bundled;
  }

  /** Says in a line what it should not hold, if it holds that. */
  public Optional<String> bundledNote() {
    return bundled.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "it holds copies of "
                + String.join(", ", bundled)
                + " which are never used, as there is one libtorch in a process: give those"
                + " dependencies the scope \"provided\", and leave them out of the jar");
  }

  @Override
  public String toString() {
    return id + " " + version;
  }
}
