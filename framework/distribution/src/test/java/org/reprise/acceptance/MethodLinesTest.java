package org.reprise.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/methods.md} says in about how many lines each method is written. */
class MethodLinesTest {
  private static final Path CHECKOUT = Path.of(System.getProperty("reprise.checkout", "../.."));
  private static final double APART = 0.05; // numbers there are rounded to tens

  /**
   * The files of each method, as the beginnings of their paths under {@code plugins}; {@code **}
   * stands for the folders of the package. What several methods share counts for each of them.
   */
  private static final Map<String, List<String>> FILES =
      Map.ofEntries(
          Map.entry("AttrVR", List.of("mappers-text/**/Attributes", "mappers-text/**/TextBlocks")),
          Map.entry(
              "DVP",
              List.of(
                  "mappers-text/**/Dvp",
                  "mappers-text/**/TextBlocks",
                  "prompts-standard/**/Views")),
          Map.entry(
              "AutoVP",
              List.of(
                  "prompts-scaled/**/",
                  "mappers-ids/**/FrequentMany",
                  "mappers-ids/**/Semantic",
                  "mappers-ids/**/Embeddings",
                  "mappers-ids/**/IdsLabelMapper",
                  "mappers-ids/**/CountedIds")),
          Map.entry(
              "EVP",
              List.of(
                  "prompts-additive/**/ShrunkFrame",
                  "prompts-additive/**/AdditivePrompt",
                  "update-rules-prompts/**/",
                  "mappers-ids/**/Mode",
                  "mappers-ids/**/IdsLabelMapper",
                  "mappers-ids/**/CountedIds")),
          Map.entry(
              "VP",
              List.of(
                  "prompts-additive/**/Frame",
                  "prompts-additive/**/Patch",
                  "prompts-additive/**/AdditivePrompt",
                  "mappers-ids/**/Fixed",
                  "mappers-ids/**/IdsLabelMapper")),
          Map.entry(
              "LoR-VP",
              List.of(
                  "prompts-additive/**/LowRank",
                  "prompts-additive/**/AdditivePrompt",
                  "mappers-linear/**/Linear")),
          Map.entry("SMM", List.of("prompts-masks/**/")),
          Map.entry("BlackVIP", List.of("black-box/**/")),
          Map.entry("transport", List.of("mappers-transport/**/")),
          Map.entry("residual", List.of("mappers-linear/**/Residual")),
          Map.entry("linear probe", List.of("mappers-linear/**/Linear")));

  @Test
  void thePageSaysHowManyLines() throws IOException {
    String page = Files.readString(CHECKOUT.resolve("docs/methods.md"));
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, List<String>> method : FILES.entrySet()) {
      long lines = lines(method.getValue());
      Matcher row =
          Pattern.compile("(?m)^\\| " + Pattern.quote(method.getKey()) + " \\|.*?\\| ~(\\d+) \\|")
              .matcher(page);
      long said = row.find() ? Long.parseLong(row.group(1)) : -1;
      if (Math.abs(said - lines) > APART * lines) {
        wrong.add(method.getKey() + ": the page says " + said + ", counted " + lines);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static long lines(List<String> places) throws IOException {
    long lines = 0;
    Path plugins = CHECKOUT.resolve("plugins");
    for (String place : places) {
      String[] parts = place.split("/\\*\\*/", -1);
      long own = 0;
      try (Stream<Path> files = Files.walk(plugins.resolve(parts[0]).resolve("src/main/java"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = file.getFileName().toString();
          if (name.startsWith(parts[1]) && !name.equals("package-info.java")) {
            own += Files.readAllLines(file).size();
          }
        }
      }
      assertThat(own).as("%s has files", place).isPositive();
      lines += own;
    }
    return lines;
  }
}
