package org.reprise.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reprise.api.ApiVersion;
import org.reprise.api.InvalidInputException;
import org.reprise.support.Suggestion;

/**
 * A Maven project with a plugin of one extension that works, made from the templates among the
 * resources.
 *
 * @param name of the extension and of the plugin, e.g. {@code my-mapper}
 * @param kind of the extension
 * @param home the installation
 * @param version of the installation
 */
record PluginProject(String name, Kind kind, Path home, String version) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final String TEMPLATES = "project/";
  private static final List<String> WRAPPER =
      List.of("mvnw", "mvnw.cmd", ".mvn/wrapper/maven-wrapper.properties");

  /** What can be made; each has a folder of templates, named like it. */
  enum Kind {
    LABEL_MAPPER,
    INPUT_PROMPT,
    BACKBONE,
    DATASET,
    UPDATE_RULE,
    LISTENER;

    /** Returns the word used on the command line. */
    String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Finds a kind by its word, or by that of experiments: {@code mapper}, {@code prompt}. */
    static Kind of(String text) {
      return Arrays.stream(values())
          .filter(kind -> kind.label().equals(text) || kind.label().endsWith("-" + text))
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "--kind " + text + ": " + Suggestion.hint(text, labels())));
    }

    static List<String> labels() {
      return Stream.of(values()).map(Kind::label).toList();
    }
  }

  PluginProject {
    if (name.length() > 60 || !NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "\""
              + name
              + "\" is no name of an extension: lower case letters and digits, words joined by"
              + " '-', e.g. my-mapper");
    }
  }

  /**
   * Writes the project.
   *
   * @param folder where to; made if need be, empty if it exists
   * @return the files, relative to the folder
   * @throws InvalidInputException if something is there already
   * @throws IOException if it cannot be written
   */
  List<String> write(Path folder) throws IOException {
    requireEmpty(folder);
    Map<String, String> templates = new LinkedHashMap<>();
    templates.put("pom.xml", "pom.xml");
    templates.put("README.md", "README.md");
    templates.put(".gitignore", "gitignore");
    String java = "java/org/example/" + type();
    templates.put("src/main/" + java + "Factory.java", kind.label() + "/Factory.java.txt");
    templates.put("src/test/" + java + "Test.java", kind.label() + "/Test.java.txt");
    templates.put("try.yaml", kind.label() + "/try.yaml");
    for (Map.Entry<String, String> file : templates.entrySet()) {
      Path target = make(folder, file.getKey());
      Files.writeString(target, filled(new String(read(file.getValue()), UTF_8)));
    }
    for (String file : WRAPPER) {
      Files.write(make(folder, file), read("wrapper/" + file));
    }
    folder.resolve("mvnw").toFile().setExecutable(true);
    return Stream.concat(templates.keySet().stream(), WRAPPER.stream()).toList();
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new InvalidInputException(
              folder + ": is there and not empty; --into names another folder");
        }
      }
    } else if (Files.exists(folder)) {
      throw new InvalidInputException(folder + ": is a file; --into names a folder");
    }
  }

  private static Path make(Path folder, String file) throws IOException {
    Path target = folder.resolve(file);
    Files.createDirectories(target.toAbsolutePath().getParent());
    return target;
  }

  private static byte[] read(String template) throws IOException {
    try (InputStream stream = PluginProject.class.getResourceAsStream(TEMPLATES + template)) {
      if (stream == null) {
        throw new IllegalStateException("this build lacks its template " + template);
      }
      return stream.readAllBytes();
    }
  }

  private String filled(String template) {
    return template
        .replace("@name@", name)
        .replace("@Type@", type())
        .replace("@kind@", kind.label().replace('-', ' '))
        .replace("@version@", version)
        .replace("@api@", ApiVersion.CURRENT)
        .replace("@home@", home.toUri().getPath().replaceFirst("/$", ""))
        .replace("@repository@", home.resolve("repository").toUri().toString());
  }

  /** Returns the name as the beginning of a class's, e.g. {@code MyMapper}. */
  private String type() {
    return Arrays.stream(name.split("-"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining());
  }
}
