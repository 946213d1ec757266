package org.reprise.acceptance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPackages(
              "org.reprise.api", "org.reprise.support", "org.reprise.engine", "org.reprise.cli");

  @Test
  void theApiKnowsNeitherEngineNorCommands() {
    noClasses()
        .that()
        .resideInAPackage("org.reprise.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.reprise.engine..", "org.reprise.cli..")
        .check(CLASSES);
  }

  @Test
  void theEngineKnowsNoCommands() {
    noClasses()
        .that()
        .resideInAPackage("org.reprise.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.reprise.cli..", "picocli..")
        .check(CLASSES);
  }

  @Test
  void trainingKnowsNoRunDirectory() {
    noClasses()
        .that()
        .resideInAPackage("org.reprise.engine.training..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.reprise.engine.study..",
            "org.reprise.engine.session..",
            "org.reprise.engine.record..",
            "org.reprise.engine.plugin..")
        .check(CLASSES);
  }

  @Test
  void noTwoRoomsOfTheEngineNeedEachOther() {
    slices().matching("org.reprise.engine.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theApiAndItsHelpersKnowNothingOfTheEngine() {
    noClasses()
        .that()
        .resideInAnyPackage("org.reprise.api..", "org.reprise.support..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.reprise.engine..", "org.reprise.cli..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("org.reprise.api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.reprise.support..")
        .check(CLASSES);
  }

  @Test
  void theEngineNamesNoMapper() throws IOException {
    Path sources =
        Path.of(System.getProperty("reprise.checkout", "../.."), "framework/engine/src/main/java");
    Pattern names =
        Pattern.compile("\"(rlm|flm|ilm|blm|blm\\+\\+?|blmp|blmpp|linear|padding|watermark)\"");
    List<Path> files;
    try (Stream<Path> found = Files.walk(sources)) {
      files = found.filter(path -> path.toString().endsWith(".java")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(names.matcher(Files.readString(file)).find()).as(file.toString()).isFalse();
    }
  }
}
