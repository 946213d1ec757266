package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the installation ships of others stands in THIRD-PARTY.txt and in bom.json. */
class ThirdPartyIT {
  private static final Pattern JAR =
      Pattern.compile("([a-z][A-Za-z0-9-]*?)-([0-9].*?)(-linux-x86_64(-gpu)?)?\\.jar");
  private static final String OURS = "(reprise-|native-kernels).*";

  private static Set<String> listed() throws IOException {
    return Files.readAllLines(Reprise.INSTALLATION.resolve("THIRD-PARTY.txt")).stream()
        .map(Pattern.compile("(\\S+) (\\S+) \\(\\S+\\): (.+); .+")::matcher)
        .filter(Matcher::matches)
        .map(line -> line.group(1) + " " + line.group(2))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String artifact(String jar) {
    Matcher name = JAR.matcher(jar);
    assertThat(name.matches()).as(jar).isTrue();
    return name.group(1) + " " + name.group(2);
  }

  /** Finds the jar on the class path of the tests that a class was taken from. */
  private static String origin(String entry) {
    URL found = ClassLoader.getSystemResource(entry);
    assertThat(found)
        .as("%s: no library of framework/distribution/pom.xml has it", entry)
        .isNotNull();
    Matcher jar = Pattern.compile("/([^/]+\\.jar)!").matcher(found.toString());
    assertThat(jar.find()).as("%s", found).isTrue();
    return artifact(jar.group(1));
  }

  private static Set<String> shipped() throws IOException {
    Set<String> shipped = new TreeSet<>();
    for (String folder : List.of("lib", "testkit")) {
      try (Stream<Path> jars = Files.list(Reprise.INSTALLATION.resolve(folder))) {
        jars.map(jar -> jar.getFileName().toString())
            .filter(name -> !name.matches(OURS))
            .forEach(name -> shipped.add(artifact(name)));
      }
    }
    try (Stream<Path> jars = Files.list(Reprise.INSTALLATION.resolve("plugins"))) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Set<String> packages = new TreeSet<>();
        for (String entry : foreign(jar)) {
          // one class of each package tells where all of it came from
          if (packages.add(entry.substring(0, entry.lastIndexOf('/')))) {
            shipped.add(origin(entry));
          }
        }
      }
    }
    return shipped;
  }

  private static List<String> foreign(Path jar) throws IOException {
    List<String> foreign = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.startsWith("org/reprise/"))
          .filter(name -> name.contains("/"))
          .forEach(foreign::add);
    }
    return foreign;
  }

  @Test
  void everythingThatIsShippedIsListedWithItsLicence() throws IOException {
    assertThat(listed()).containsAll(shipped());
    assertThat(shipped())
        .anyMatch(name -> name.startsWith("mlflow-client ")) // within a plugin
        .anyMatch(name -> name.startsWith("pytorch ")); // in lib
  }

  @Test
  void theBillOfMaterialsNamesTheSame() throws IOException {
    JsonNode bom = new ObjectMapper().readTree(Reprise.INSTALLATION.resolve("bom.json").toFile());
    assertThat(bom.get("bomFormat").asText()).isEqualTo("CycloneDX");
    Set<String> named = new TreeSet<>();
    for (JsonNode component : bom.get("components")) {
      String name = component.get("name").asText() + " " + component.get("version").asText();
      named.add(name);
      assertThat(component.path("licenses")).as(name).isNotEmpty();
      assertThat(component.path("hashes")).as(name).isNotEmpty();
    }
    assertThat(named).containsAll(listed());
  }
}
