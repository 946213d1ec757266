package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A plugin of one source file, compiled against the installation.
 *
 * @param id its Plugin-Id, and the name of the jar
 * @param requires its Plugin-Requires, the version of the API
 * @param type its extension, a class without a package
 * @param source of that class
 */
record PluginJar(String id, String requires, String type, String source) {

  /**
   * Makes the jar.
   *
   * @param work for sources and classes
   * @param plugins gets the jar, and is made if need be
   */
  void build(Path work, Path plugins) throws IOException {
    Path classes = Files.createDirectories(work.resolve("classes-" + id));
    Path file = Files.writeString(work.resolve(type + ".java"), source);
    String classPath;
    try (Stream<Path> jars = Files.list(Reprise.INSTALLATION.resolve("lib"))) {
      classPath = jars.map(Path::toString).collect(Collectors.joining(":"));
    }
    String[] arguments = {
      "--release",
      "17",
      "-proc:none",
      "-nowarn",
      "-cp",
      classPath,
      "-d",
      classes.toString(),
      file.toString()
    };
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments)).isZero();
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Plugin-Id", id);
    attributes.putValue("Plugin-Version", "1.0.0");
    attributes.putValue("Plugin-Requires", requires);
    Files.createDirectories(plugins);
    try (OutputStream stream = Files.newOutputStream(plugins.resolve(id + ".jar"));
        JarOutputStream jar = new JarOutputStream(stream, manifest);
        Stream<Path> found = Files.walk(classes)) {
      jar.putNextEntry(new JarEntry("META-INF/extensions.idx"));
      jar.write((type + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
      for (Path path : found.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
        jar.write(Files.readAllBytes(path));
      }
    }
  }
}
