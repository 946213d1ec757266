package org.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;

/**
 * Every {@code reprise ...} of the README and of the pages: each command, option and value is one
 * that the command line takes, and experiments, scripts and pages that are named exist.
 */
class DocumentedCommandsTest {
  private static final Path CHECKOUT = Path.of("").toAbsolutePath().getParent().getParent();
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```(?:sh|bash|console)?\\n(.*?)^```$");
  private static final Pattern INDENTED = Pattern.compile("(?m)^    (.+)$");
  private static final Pattern INLINE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern COMMAND =
      Pattern.compile("(?:^|[ ;&|(])\"?(?:\\./|\\$REPRISE/bin/)?reprise\"? +([a-z-][^#;&|>)]*)");
  private static final Pattern FILE =
      Pattern.compile("(?:experiments|docs|scripts|native-kernels)/[\\w./-]+\\.(?:yaml|md|sh|py)");

  private record Documented(Path page, String text, boolean whole) {}

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("", "docs", "experiments")) {
      try (Stream<Path> files = Files.list(CHECKOUT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
      }
    }
    return pages;
  }

  private static List<Documented> commands() throws IOException {
    List<Documented> found = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page).replace("\\\n", " ");
      for (Pattern place : List.of(BLOCK, INDENTED, INLINE)) {
        Matcher part = place.matcher(place == INLINE ? BLOCK.matcher(text).replaceAll("") : text);
        while (part.find()) {
          part.group(1)
              .lines()
              .flatMap(line -> COMMAND.matcher(line).results())
              .forEach(c -> found.add(new Documented(page, c.group(1), place != INLINE)));
        }
      }
    }
    return found;
  }

  @TestFactory
  Stream<DynamicTest> commandLineTakesIt() throws IOException {
    List<Documented> commands = commands();
    assertThat(commands).hasSizeGreaterThan(5);
    return commands.stream()
        .map(
            command ->
                DynamicTest.dynamicTest(
                    command.page().getFileName() + ": " + command.text(),
                    () -> assertThatCode(() -> parse(command)).doesNotThrowAnyException()));
  }

  private static void parse(Documented command) {
    CommandLine commandLine = Main.commandLine(new Main());
    try {
      commandLine.parseArgs(words(command.text()));
    } catch (MissingParameterException e) {
      if (command.whole()) { // within a sentence a command may be shortened
        throw e;
      }
    }
  }

  /** Splits as a shell does, as far as the pages need it. */
  private static String[] words(String command) {
    Matcher word = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^ '\"])+").matcher(command.strip());
    return word.results().map(w -> w.group().replaceAll("['\"]", "")).toArray(String[]::new);
  }

  @Test
  void splitsLikeAShell() {
    assertThat(words("run a.yaml --set 'mapping=[blm, ilm]' --set \"x=1 2\""))
        .isEqualTo(
            Arrays.asList("run", "a.yaml", "--set", "mapping=[blm, ilm]", "--set", "x=1 2")
                .toArray());
  }

  @Test
  void namedFilesExist() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Path page : pages()) {
      Matcher file = FILE.matcher(Files.readString(page));
      while (file.find()) {
        if (!Files.exists(CHECKOUT.resolve(file.group()))) {
          missing.add(page.getFileName() + ": " + file.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }
}
