package org.reprise.engine.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.mapping.LabelMapperContext;
import org.reprise.api.mapping.LabelMapperFactory;
import org.reprise.api.options.NoOptions;

class PluginHostTest {
  private static final String FACTORY =
      """
      public final class <type> implements org.reprise.api.mapping.LabelMapperFactory<org.reprise.api.options.NoOptions> {
        public <type>() { <body> }
        public String name() { return "<name>"; }
        public String description() { return "A mapper."; }
        public Class<org.reprise.api.options.NoOptions> optionsType() { return org.reprise.api.options.NoOptions.class; }
        public org.reprise.api.mapping.LabelMapper create(org.reprise.api.options.NoOptions options,
            org.reprise.api.mapping.LabelMapperContext context) { return null; }
      }
      """;

  @TempDir private Path folder;
  private Path plugins;

  @BeforeEach
  void addAGoodPluginAtEitherEnd() throws IOException {
    plugins = Files.createDirectory(folder.resolve("plugins"));
    plugin("a-good", "^2.0.0", "First", source("First", "first", ""));
    plugin("z-good", "^2.0.0", "Last", source("Last", "last", ""));
  }

  @Test
  void findsExtensionsByKindAndName() {
    try (PluginHost host = PluginHost.load(List.of(plugins))) {
      assertThat(host.rejected()).isEmpty();
      assertThat(host.extensions())
          .extracting(ExtensionEntry::name)
          .containsExactly("first", "last");
      ExtensionEntry<LabelMapperContext, LabelMapper> entry =
          host.find(Door.MAPPER, "first").orElseThrow();
      assertThat(entry.plugin().id()).isEqualTo("a-good");
      assertThat(entry.plugin().version()).isEqualTo("1.2.3");
      assertThat(entry.plugin().file()).isEqualTo(plugins.resolve("a-good.jar"));
      assertThat(entry.plugin().digest()).matches("[0-9a-f]{64}");
      assertThat(entry.factory()).isInstanceOf(LabelMapperFactory.class);
      assertThat(host.find(Door.PROMPT, "first")).isEmpty();
      assertThat(host.unknown(Door.MAPPER, "frist")).contains("did you mean \"first\"?");
    }
  }

  @Test
  void aPluginForAnotherApiIsLeftOut() throws IOException {
    Path jar = plugin("m-old", "^1.0.0", "Old", source("Old", "old", ""));
    assertLeftOut(
        jar, "it is built for version ^1.0.0 of the API (Plugin-Requires), this is 2.0.0");
    Files.delete(jar);
    Path odd = plugin("m-odd", "no version !!", "Odd", source("Odd", "odd", ""));
    assertLeftOut(odd, "its Plugin-Requires is no range of versions");
    Files.delete(odd);
    assertLeftOut(
        plugin("m-new", "^3.0.0", "New", source("New", "new", "")), "^3.0.0", "this is 2.0.0");
  }

  @Test
  void twoBuildsOfOneVersionAreToldApart() throws IOException {
    String before = digestOf("first");
    plugin("a-good", "^2.0.0", "First", source("First", "first", "int changed = 1;"));
    assertThat(digestOf("first")).isNotEqualTo(before);
    assertThat(digestOf("last")).isEqualTo(digestOf("last")).isNotEqualTo(digestOf("first"));
  }

  private String digestOf(String mapper) {
    try (PluginHost host = PluginHost.load(List.of(plugins))) {
      return host.find(Door.MAPPER, mapper).orElseThrow().plugin().digest();
    }
  }

  @Test
  void aNameThatExistsAlreadyIsLeftOut() throws IOException {
    Path jar = plugin("m-twice", "^2.0.0", "Twice", source("Twice", "first", ""));
    assertLeftOut(jar, "the mapper \"first\" exists already", "a-good");
  }

  @Test
  void aConstructorThatThrowsIsLeftOut() throws IOException {
    String body = "if (true) throw new IllegalStateException(\"no luck\");";
    Path jar = plugin("m-throws", "^2.0.0", "Throws", source("Throws", "throws", body));
    assertLeftOut(jar, "IllegalStateException", "no luck");
  }

  @Test
  void aMissingClassIsLeftOut() throws IOException {
    Path jar = plugin("m-absent", "^2.0.0", "Absent", source("Other", "other", ""));
    assertLeftOut(jar, "ClassNotFoundException", "Absent");
  }

  @Test
  void anExtensionThatIsNoneAndAnEmptyIndexAreLeftOut() throws IOException {
    Path jar = plugin("m-none", "^2.0.0", "None", "public final class None {}");
    assertLeftOut(jar, "None implements no extension point");
    Files.delete(jar);
    assertLeftOut(
        plugin("m-empty", "^2.0.0", "# nothing", source("Some", "some", "")), "no extensions");
  }

  @Test
  void aFileThatIsNoJarIsLeftOut() throws IOException {
    Path jar = Files.writeString(plugins.resolve("m.jar"), "not a jar");
    assertLeftOut(jar, "");
    Files.delete(jar);
    assertLeftOut(
        Files.createDirectory(jar), "neither a file nor the folder of an unpacked plugin");
  }

  @Test
  void aJarThatSaysNotWhatItIsOrTwiceTheSameIsLeftOut() throws IOException {
    Path plain = plugins.resolve("m-plain.jar");
    try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(plain))) {
      stream.putNextEntry(new JarEntry("META-INF/extensions.idx"));
    }
    assertLeftOut(plain, "its MANIFEST.MF lacks what a plugin's has, such as Plugin-Id");
    Files.delete(plain);
    assertLeftOut(
        Files.copy(plugins.resolve("a-good.jar"), plugins.resolve("m-copy.jar")),
        "another plugin with its Plugin-Id is loaded already");
  }

  @Test
  void aFolderGivenTwiceIsSearchedOnce() {
    try (PluginHost host = PluginHost.load(List.of(plugins, plugins.resolve("../plugins")))) {
      assertThat(host.rejected()).isEmpty();
      assertThat(host.folders()).containsExactly(plugins);
    }
  }

  @Test
  void aBundledCopyOfTheApiIsNotUsed() throws IOException {
    String copy = "package org.reprise.api.options; public record NoOptions(int wrong) {}";
    Path classes = compile("copy", "NoOptions", copy);
    Path own = compile("m-bundles", "Bundles", source("Bundles", "bundles", ""));
    copyInto(classes.resolve("org"), own.resolve("org"));
    jar("m-bundles", "^2.0.0", "Bundles", own);
    try (PluginHost host = PluginHost.load(List.of(plugins))) {
      assertThat(host.rejected()).isEmpty();
      assertThat(host.find(Door.MAPPER, "bundles").orElseThrow().factory().optionsType())
          .isSameAs(NoOptions.class);
    }
  }

  @Test
  void aFolderThatDoesNotExistIsAnError() {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> PluginHost.load(List.of(absent)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(absent.toString());
  }

  private void assertLeftOut(Path jar, String... reasons) {
    try (PluginHost host = PluginHost.load(List.of(plugins))) {
      assertThat(host.extensions())
          .extracting(ExtensionEntry::name)
          .containsExactly("first", "last");
      assertThat(host.rejected()).hasSize(1);
      assertThat(host.rejected().get(0).file()).isEqualTo(jar);
      assertThat(host.rejected().get(0).reason()).isNotBlank().contains(reasons);
      assertThat(host.unknown(Door.MAPPER, "x")).contains(jar + ": left out: ");
    }
  }

  private static String source(String type, String name, String constructor) {
    return FACTORY.replace("<type>", type).replace("<name>", name).replace("<body>", constructor);
  }

  private Path plugin(String id, String requires, String index, String source) throws IOException {
    String type = source.replaceFirst("(?s)public final class (\\w+).*", "$1").strip();
    return jar(id, requires, index, compile(id, type, source));
  }

  private Path compile(String id, String type, String source) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources").resolve(id));
    Path classes = Files.createDirectories(folder.resolve("classes").resolve(id));
    Path file = Files.writeString(sources.resolve(type + ".java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int code =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-nowarn",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "-d",
            classes.toString(),
            file.toString());
    assertThat(code).isZero();
    return classes;
  }

  private Path jar(String id, String requires, String index, Path classes) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Plugin-Id", id);
    attributes.putValue("Plugin-Version", "1.2.3");
    attributes.putValue("Plugin-Requires", requires);
    Path jar = plugins.resolve(id + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream stream = new JarOutputStream(file, manifest);
        Stream<Path> found = Files.walk(classes)) {
      stream.putNextEntry(new JarEntry("META-INF/extensions.idx"));
      stream.write(index.getBytes(StandardCharsets.UTF_8));
      for (Path path : found.filter(Files::isRegularFile).toList()) {
        stream.putNextEntry(new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
        stream.write(Files.readAllBytes(path));
      }
    }
    return jar;
  }

  private static void copyInto(Path from, Path to) throws IOException {
    try (Stream<Path> found = Files.walk(from)) {
      for (Path path : found.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
  }
}
