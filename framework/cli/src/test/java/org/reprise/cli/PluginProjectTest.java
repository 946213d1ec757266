package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.reprise.api.InvalidInputException;
import org.reprise.cli.PluginProject.Kind;

/** What {@code plugins new} writes compiles without a warning, and passes its own tests. */
class PluginProjectTest {
  private static final Pattern PLUGIN =
      Pattern.compile("<artifactId>(maven-[a-z]+-plugin)</artifactId>\\s*<version>([^<]+)<");

  @TempDir private Path folder;

  private List<String> write(String name, Kind kind, Path into) throws IOException {
    return new PluginProject(name, kind, Path.of("/opt/reprise"), "0.1.0").write(into);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theExampleCompilesAndKeepsItsContract(Kind kind) throws Exception {
    List<String> files = write("my-own", kind, folder);
    for (String file : files) {
      assertThat(Files.readString(folder.resolve(file))).as(file).isNotBlank();
      assertThat(Files.readString(folder.resolve(file)))
          .as(file)
          .doesNotContainPattern("@(name|Type|kind|version|api|home|repository)@");
    }
    assertThat(codeLines(folder.resolve("src/main/java/org/example/MyOwnFactory.java")))
        .as("lines of code")
        .isBetween(15L, 70L);
    Path classes = compile("src/main/java/org/example/MyOwnFactory.java", "");
    assertThat(classes.resolve("META-INF/extensions.idx")).content().contains("MyOwnFactory");
    compile("src/test/java/org/example/MyOwnTest.java", classes.toString());
    TestExecutionSummary summary = run(classes, folder.resolve("test-classes"));
    StringWriter failures = new StringWriter();
    summary.printFailuresTo(new java.io.PrintWriter(failures));
    assertThat(summary.getTotalFailureCount()).as("%s", failures).isZero();
    assertThat(summary.getTestsSucceededCount()).isPositive();
  }

  private Path compile(String source, String classes) throws IOException {
    Path out =
        Files.createDirectories(folder.resolve(classes.isEmpty() ? "classes" : "test-classes"));
    List<String> arguments =
        new ArrayList<>(List.of("--release", "17", "-Xlint:all,-try,-processing,-classfile,-path"));
    arguments.add("-Werror");
    arguments.addAll(List.of("-encoding", "UTF-8", "-d", out.toString(), "-cp"));
    arguments.add(System.getProperty("java.class.path") + java.io.File.pathSeparator + classes);
    if (classes.isEmpty()) {
      arguments.addAll(List.of("-processor", "org.pf4j.processor.ExtensionAnnotationProcessor"));
    } else {
      arguments.add("-proc:none");
    }
    arguments.add(folder.resolve(source).toString());
    java.io.ByteArrayOutputStream said = new java.io.ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, arguments.toArray(String[]::new));
    assertThat(code).as("%s", said).isZero();
    return out;
  }

  private static TestExecutionSummary run(Path... folders) throws Exception {
    URL[] urls = new URL[folders.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = folders[i].toUri().toURL();
    }
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    try (URLClassLoader loader =
        new URLClassLoader(urls, PluginProjectTest.class.getClassLoader())) {
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(
                      DiscoverySelectors.selectClass(loader.loadClass("org.example.MyOwnTest")))
                  .build(),
              listener);
    }
    return listener.getSummary();
  }

  private static long codeLines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> !line.isBlank() && !line.matches("(import|package|\\s*//|/\\*\\*).*"))
          .count();
    }
  }

  @Test
  void thePomUsesTheVersionsOfTheBuild() throws IOException {
    write("my-own", Kind.LABEL_MAPPER, folder);
    String pom = Files.readString(folder.resolve("pom.xml"));
    String root =
        Files.readString(Path.of(System.getProperty("reprise.checkout", "../.."), "pom.xml"));
    Matcher plugin = PLUGIN.matcher(pom);
    int found = 0;
    while (plugin.find()) {
      assertThat(root.replaceAll("\\s+", ""))
          .contains(
              "<artifactId>"
                  + plugin.group(1)
                  + "</artifactId><version>"
                  + plugin.group(2)
                  + "</version>");
      found++;
    }
    assertThat(found).isEqualTo(4);
    assertThat(pom).contains("<Plugin-Requires>^2.0.0<", "file:///opt/reprise/repository");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mine", "my_mapper", "1st", "-a", "a-", "a--b", "", "../a", "a.b", "ä"})
  void namesAreChecked(String name) {
    assertThatThrownBy(() -> write(name, Kind.DATASET, folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is no name of an extension");
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path kept = Files.writeString(folder.resolve("pom.xml"), "mine");
    assertThatThrownBy(() -> write("my-own", Kind.DATASET, folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is there and not empty");
    assertThat(kept).hasContent("mine");
    assertThatThrownBy(() -> write("my-own", Kind.DATASET, kept))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void kindsAreFoundByTheWordsOfExperimentsToo() {
    assertThat(Kind.of("mapper")).isEqualTo(Kind.LABEL_MAPPER);
    assertThat(Kind.of("prompt")).isEqualTo(Kind.INPUT_PROMPT);
    assertThat(Kind.of("update-rule")).isEqualTo(Kind.UPDATE_RULE);
    assertThatThrownBy(() -> Kind.of("maper"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("label-mapper");
  }
}
