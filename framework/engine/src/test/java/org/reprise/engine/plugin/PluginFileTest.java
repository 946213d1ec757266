package org.reprise.engine.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.InvalidInputException;

/** Jars of plugins, read but not loaded; and the folder that they are installed into. */
class PluginFileTest {
  private static final String INDEX = "META-INF/extensions.idx";

  @TempDir private Path folder;

  private Path jar(String name, String id, String version, String requires, String... entries)
      throws IOException {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("Manifest-Version", "1.0");
    attributes.put("Plugin-Id", id);
    attributes.put("Plugin-Version", version);
    attributes.put("Plugin-Requires", requires);
    Manifest manifest = new Manifest();
    attributes.values().removeIf(value -> value.equals("-"));
    attributes.forEach(manifest.getMainAttributes()::putValue);
    Path file = folder.resolve(name);
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      for (String entry : entries) {
        String[] parts = entry.split("=", 2);
        jar.putNextEntry(new ZipEntry(parts[0]));
        jar.write((parts.length > 1 ? parts[1] : "").getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private Path good(String name, String version) throws IOException {
    return jar(name, "mine", version, "^2.0.0", INDEX + "=a.Factory\n", version + ".txt");
  }

  @Test
  void whatIsThereButNoJarIsNotSaidToBeMissing() {
    assertThatThrownBy(() -> PluginFile.read(Path.of("/dev/null")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("/dev/null: not a plain file but a pipe, a socket or a device");
    assertThatThrownBy(() -> PluginFile.read(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(folder + ": not a file but a folder");
    Path missing = folder.resolve("absent.jar");
    assertThatThrownBy(() -> PluginFile.read(missing))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(missing + ": no such file");
  }

  @Test
  void aJarSaysWhatItIs() throws IOException {
    Path file = jar("a.jar", "mine", "1.2.3", "^2.0.0", INDEX + "=# made\na.One\n\na.Two # x\n");
    PluginFile plugin = PluginFile.read(file);
    assertThat(plugin).hasToString("mine 1.2.3");
    assertThat(plugin.requires()).isEqualTo("^2.0.0");
    assertThat(plugin.extensions()).containsExactly("a.One", "a.Two");
    assertThat(plugin.bundledNote()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mine | 1.0.0 | ^1.0.0 | it is built for version ^1.0.0 of the API (Plugin-Requires), this"
            + " is 2.0.0",
        "mine | 1.0.0 | ^3.0.0 | it is built for version ^3.0.0",
        "mine | 1.0.0 | two    | its Plugin-Requires \"two\" is no range of versions",
        "-    | 1.0.0 | ^2.0.0 | its MANIFEST.MF has no Plugin-Id: is it the jar of a plugin?",
        "../x | 1.0.0 | ^2.0.0 | its Plugin-Id \"../x\" is not made of letters",
        ".    | 1.0.0 | ^2.0.0 | its Plugin-Id \".\" is not made of letters",
        "mine | -     | ^2.0.0 | its MANIFEST.MF has no Plugin-Version",
        "mine | 1     | ^2.0.0 | its Plugin-Version \"1\" is not made of three numbers, e.g. 1.0.0",
      })
  void whatIsWrongInTheManifestIsSaid(String id, String version, String requires, String message)
      throws IOException {
    Path file = jar("a.jar", id, version, requires, INDEX + "=a.Factory");
    assertThatThrownBy(() -> PluginFile.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void aMissingIndexNamesTheAnnotationProcessor() throws IOException {
    for (String entry : new String[] {"a/Factory.class", INDEX, INDEX + "=# nothing\n"}) {
      Path file = jar("a.jar", "mine", "1.0.0", "^2.0.0", entry);
      assertThatThrownBy(() -> PluginFile.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("PF4J's annotation processor");
    }
  }

  @Test
  void copiesOfWhatTheHostBringsAreNoted() throws IOException {
    Path file =
        jar(
            "a.jar",
            "mine",
            "1.0.0",
            "^2.0.0",
            INDEX + "=a.Factory",
            "org/bytedeco/pytorch/Tensor.class",
            "org/reprise/api/KeptTensor.class",
            "org/reprise/mine/Mine.class");
    assertThat(PluginFile.read(file).bundled())
        .containsExactly("org.bytedeco.", "org.reprise.api.");
    assertThat(PluginFile.read(file).bundledNote().orElseThrow()).contains("\"provided\"");
  }

  @Test
  void whatIsNoJarIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jar"), "no zip");
    assertThatThrownBy(() -> PluginFile.read(file)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> PluginFile.read(folder.resolve("b.jar")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> PluginFile.read(folder)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void installingSaysWhetherItIsAnUpgrade() throws IOException {
    PluginFolder plugins = new PluginFolder(folder.resolve("data/plugins"));
    assertThat(plugins.plugins()).isEmpty();
    PluginFile one = PluginFile.read(good("one.jar", "1.9.0"));
    PluginFile two = PluginFile.read(good("two.jar", "1.10.0"));
    assertThat(plugins.install(one)).startsWith("installed mine 1.9.0: ");
    assertThat(plugins.install(one)).startsWith("mine 1.9.0 is installed already: ");
    assertThat(plugins.install(two)).startsWith("upgraded mine from 1.9.0 to 1.10.0: ");
    assertThat(plugins.install(one)).startsWith("went back with mine from 1.10.0 to 1.9.0: ");
    Path other = jar("three.jar", "mine", "1.9.0", "^2.0.0", INDEX + "=a.Factory");
    assertThat(plugins.install(PluginFile.read(other)))
        .startsWith("replaced mine 1.9.0 by another build");
    try (Stream<Path> files = Files.list(plugins.path())) {
      assertThat(files).containsExactly(plugins.path().resolve("mine.jar"));
    }
    assertThat(plugins.path().resolve("mine.jar")).hasSameBinaryContentAs(other);

    plugins.remove(plugins.find("mine").orElseThrow());
    assertThat(plugins.plugins()).isEmpty();
  }

  @Test
  void aFileThatIsAnotherPluginsIsNotReplaced() throws IOException {
    PluginFolder plugins = new PluginFolder(Files.createDirectory(folder.resolve("plugins")));
    Path taken = Files.writeString(plugins.path().resolve("mine.jar"), "of somebody");
    PluginFile plugin = PluginFile.read(good("one.jar", "1.0.0"));
    assertThatThrownBy(() -> plugins.install(plugin))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(taken).hasContent("of somebody");
  }
}
