package org.reprise.engine.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.JsonFiles;
import org.reprise.engine.results.FakeRun;
import org.reprise.engine.results.Figure;
import org.reprise.engine.results.Moment;
import org.reprise.engine.results.Results;
import org.reprise.engine.results.Where;
import org.reprise.statistics.Verdict;

class ComparisonTest {
  private static final Question QUESTION =
      new Question(
          List.of(),
          List.of("dataset"),
          List.of("mapping"),
          List.of(Figure.ACCURACY),
          List.of(Moment.LAST),
          Optional.empty(),
          List.of());

  @TempDir private Path folder;
  private int written;

  private void write(FakeRun run) throws IOException {
    run.write(folder.resolve("run" + written++));
  }

  private Comparison compare(Question question) throws IOException {
    return Comparison.of(Results.read(List.of(folder)), question);
  }

  private static Question figures(List<Figure> figures, List<Moment> moments) {
    return new Question(
        List.of(),
        QUESTION.rows(),
        QUESTION.columns(),
        figures,
        moments,
        Optional.empty(),
        List.of());
  }

  @Test
  void meansAndDeviationsOverSeeds() throws IOException {
    write(new FakeRun("blm", 0, 1).epoch(0.5));
    write(new FakeRun("blm", 1, 1).epoch(0.6));
    write(new FakeRun("blm", 2, 1).epoch(0.7));
    write(new FakeRun("ilm", 0, 1).epoch(0.25));
    Comparison comparison = compare(QUESTION);
    assertThat(new TextFormat().write(comparison))
        .startsWith(
            """
            test accuracy [%], last epoch; mean ± standard deviation over seeds (n)

            dataset  blm                ilm
            fake     60.00 ± 10.00 (3)  25.00 (1)

            No cell is marked: none is shown to be better than every other column of its row.

            Over seeds, paired
              blm minus ilm on fake: mean difference in test accuracy +25.00 points over 1 seed;\
             1 pair: the smallest two-sided p of a sign-flip permutation test is 1, so no difference\
             can be told. [test_accuracy in metrics.jsonl, paired by seed 0]
            """);
    assertThat(new CsvFormat().write(comparison).lines())
        .first()
        .isEqualTo("dataset,mapping,figure,unit,epoch,mean,standard deviation,n");
    assertThat(new CsvFormat().write(comparison)).contains("fake,ilm,accuracy,%,last,25.0,,1\n");
    assertThat(new MarkdownFormat().write(comparison))
        .contains("| dataset | blm | ilm |\n|---|--:|--:|\n| fake | 60.00 ± 10.00 (3) |");
    JsonNode cell =
        JsonFiles.parse(new JsonFormat().write(comparison), "json").at("/tables/0/cells/0");
    assertThat(cell.path("mean").asDouble()).isCloseTo(60, within(1e-9));
    assertThat(cell.path("standard deviation").asDouble()).isCloseTo(10, within(1e-9));
    assertThat(cell.path("n").asInt()).isEqualTo(3);
    assertThat(cell.at("/runs/1/folder").asText()).endsWith("run1");
    assertThat(cell.at("/column/mapping").asText()).isEqualTo("blm");
  }

  @Test
  void nothingButSeedsIsAveraged() throws IOException {
    for (double rate : new double[] {0.1, 0.01}) {
      write(new FakeRun("blm", 0, 1).set("training.optimizer.lr", rate).epoch(rate));
      write(new FakeRun("ilm", 0, 1).set("training.optimizer.lr", rate).epoch(0.5));
    }
    Comparison comparison = compare(QUESTION);
    assertThat(comparison.rowKeys()).containsExactly("dataset", "training.optimizer.lr");
    assertThat(comparison.rows()).containsExactly(List.of("fake", "0.01"), List.of("fake", "0.1"));
    assertThat(comparison.notes())
        .anyMatch(
            note -> note.startsWith("No test over data sets: several rows are of one data set"));
  }

  @Test
  void otherWeightsAreNotAveragedAndOtherTestSamplesAreNamed() throws IOException {
    String digest = "0123456789abcdef".repeat(4);
    write(new FakeRun("blm", 0, 1).set("inputs.backbone", List.of(digest)).epoch(0.5));
    write(
        new FakeRun("blm", 1, 1)
            .set("inputs.backbone", List.of("f".repeat(64)))
            .set("samples.test", "other")
            .epoch(0.6));
    assertThat(compare(QUESTION).rows())
        .containsExactly(List.of("fake", "[0123456789ab]"), List.of("fake", "[ffffffffffff]"));
    write(
        new FakeRun("blm", 2, 1)
            .set("inputs.backbone", List.of(digest))
            .set("samples.test", "third")
            .epoch(0.6));
    assertThat(compare(QUESTION).notes())
        .containsExactly(
            "fake, [0123456789ab], blm: its runs were evaluated on different test samples or"
                + " classes.");
  }

  @Test
  void runsThatAreLeftOutAreNamed() throws IOException {
    write(new FakeRun("blm", 0, 1).epoch(0.5));
    new FakeRun("blm", 1, 3).epoch(0.5).writeWithoutResults(folder.resolve("cut"));
    Files.createDirectories(folder.resolve("begun/checkpoints"));
    write(new FakeRun("blm", 0, 1).set("plugins.maker", "other").epoch(0.75));
    Comparison comparison = compare(QUESTION);
    assertThat(comparison.tables().get(0).cells().get(0).get(0).orElseThrow().summary().n())
        .isEqualTo(1);
    assertThat(String.join("\n", comparison.notes()))
        .contains("not complete: 1 run: " + folder.resolve("cut") + " (1 of 3 epochs)")
        .contains("not readable: 1 run: " + folder.resolve("begun"))
        .contains("a newer run has the same keys and seed: 1 run: ")
        .contains("made by 2 builds of plugin maker");
  }

  @Test
  void aFigureChosenOnTheTestSetHasNoOtherName() throws IOException {
    write(new FakeRun("blm", 0, 2).epoch(0.75).epoch(0.5));
    write(new FakeRun("ilm", 0, 2).set("training.selection", "test").epoch(0.6).epoch(0.5));
    Comparison comparison =
        compare(
            figures(
                List.of(Figure.ACCURACY), List.of(Moment.LAST, Moment.SELECTED, Moment.BEST_TEST)));
    // the selection goes along with the mapping, so the columns stay as they are
    assertThat(comparison.columns()).containsExactly(List.of("blm"), List.of("ilm"));
    assertThat(comparison.tables())
        .extracting(Table::title)
        .containsExactly(
            "test accuracy [%], last epoch",
            "test accuracy [%], selected epoch (the last)",
            "test accuracy [%], best test epoch (chosen on the test set)");
    assertThat(comparison.tables().get(1).cells().get(0).get(1)).isEmpty();
    assertThat(comparison.tables().get(2).cells().get(0).get(1).orElseThrow().summary().mean())
        .isEqualTo(60);
    assertThat(
            compare(
                    new Question(
                        List.of(Where.parse("mapping=ilm")),
                        QUESTION.rows(),
                        QUESTION.columns(),
                        QUESTION.figures(),
                        List.of(Moment.SELECTED),
                        Optional.empty(),
                        List.of()))
                .tables()
                .get(0)
                .title())
        .isEqualTo("test accuracy [%], best test epoch (chosen on the test set)");
  }

  @Test
  void figuresThatAreNotRecordedAreSaidToBeMissing() throws IOException {
    write(
        new FakeRun("blm", 0, 1)
            .epoch(0.5)
            .predicts(new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1}));
    write(new FakeRun("blm", 1, 1).epoch(0.5).withoutPredictions());
    Comparison comparison =
        compare(figures(List.of(Figure.CALIBRATION_ERROR), List.of(Moment.LAST)));
    Cell cell = comparison.tables().get(0).cells().get(0).get(0).orElseThrow();
    assertThat(cell.summary().n()).isEqualTo(1);
    assertThat(cell.summary().mean()).isCloseTo(25, within(1e-6));
    assertThat(comparison.notes())
        .anyMatch(note -> note.contains("not in the records of 1 run: " + folder.resolve("run1")));
  }

  @Test
  void threeSeedsMarkNothingAndEightDo() throws IOException {
    for (int seed = 0; seed < 8; seed++) {
      double noise = 0.001 * (seed * 7 % 5);
      write(new FakeRun("high", seed, 1).epoch(0.8 + noise));
      write(new FakeRun("low", seed, 1).epoch(0.5 + 0.001 * (seed * 3 % 7)));
    }
    Comparison all = compare(QUESTION);
    assertThat(all.tables().get(0).marked()).containsExactly(new Table.Position(0, 0));
    assertThat(all.claims()).extracting(Claim::verdict).containsExactly(Verdict.FIRST_HIGHER);
    assertThat(new TextFormat().write(all)).contains("(8) *", "*: better than every other column");
    assertThat(new LatexFormat().write(all)).contains("\\textbf{80.");
    for (int seed = 3; seed < 8; seed++) {
      delete("run" + 2 * seed);
      delete("run" + (2 * seed + 1));
    }
    Comparison three = compare(QUESTION);
    assertThat(three.tables().get(0).marked()).isEmpty();
    assertThat(three.claims()).extracting(Claim::verdict).containsExactly(Verdict.CANNOT_TELL);
    assertThat(three.claims().get(0).text()).contains("is 0.25, so no difference can be told");
  }

  private void delete(String run) throws IOException {
    Files.delete(folder.resolve(run + "/provenance.json"));
    Files.delete(folder.resolve(run + "/checkpoints"));
  }

  @Test
  void aLowerCalibrationErrorIsTheBetterOne() throws IOException {
    for (int seed = 0; seed < 7; seed++) {
      // probabilities are 0.75: with 3 of 4 right there is no error, with 2 of 4 it is 0.25
      write(
          new FakeRun("good", seed, 1)
              .epoch(0.75)
              .predicts(new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 0}));
      write(
          new FakeRun("bad", seed, 1)
              .epoch(0.5)
              .predicts(new int[] {0, 0, 1, 1}, new int[] {0, 1, 1, 0}));
    }
    Comparison comparison =
        compare(figures(List.of(Figure.CALIBRATION_ERROR), List.of(Moment.LAST)));
    assertThat(comparison.columns().get(1)).containsExactly("good");
    assertThat(comparison.tables().get(0).marked()).containsExactly(new Table.Position(0, 1));
  }

  @Test
  void pairsAreOfTheSameSeedAndOneRunOfEachIsTestedOverImages() throws IOException {
    int[] labels = {0, 0, 1, 1};
    write(new FakeRun("a", 0, 1).epoch(0.75).predicts(labels, new int[] {0, 0, 1, 0}));
    write(new FakeRun("b", 0, 1).epoch(0.25).predicts(labels, new int[] {1, 1, 0, 1}));
    write(new FakeRun("b", 5, 1).epoch(1));
    Comparison comparison = compare(QUESTION);
    assertThat(comparison.claims())
        .extracting(Claim::kind)
        .containsExactly(Claim.Kind.SEEDS, Claim.Kind.IMAGES);
    assertThat(comparison.claims().get(0).text()).contains("over 1 seed");
    assertThat(comparison.claims().get(1).text())
        .startsWith("Of 4 test images of fake (seed 0) a alone has 3 right and b alone 1; ");
  }

  @Test
  void dataSetsAreTestedWhereRowsAreDataSets() throws IOException {
    for (int set = 0; set < 7; set++) {
      for (String mapping : List.of("a", "b", "c")) {
        double accuracy = 0.1 * set + ("abc".indexOf(mapping) + 1) * 0.03 + 0.0001 * set * set;
        write(
            new FakeRun(mapping, 0, 1)
                .set("dataset.name", "set" + set)
                .set("samples", Map.of("test", "of" + set))
                .epoch(accuracy));
      }
    }
    Comparison comparison = compare(QUESTION);
    List<Claim> claims = comparison.claims();
    assertThat(claims)
        .filteredOn(claim -> claim.kind() == Claim.Kind.DATA_SETS)
        .hasSize(6)
        .anySatisfy(
            claim ->
                assertThat(claim.text())
                    .startsWith("c is above a in test accuracy on 7 of 7 data sets; Wilcoxon")
                    .contains("Holm-corrected for 3 comparisons p = 0.047"))
        .anySatisfy(
            claim -> assertThat(claim.text()).startsWith("Bayesian signed-rank test over 7"));
    assertThat(claims)
        .filteredOn(claim -> claim.kind() == Claim.Kind.RANKS)
        .singleElement()
        .satisfies(
            claim -> {
              assertThat(claim.text()).contains("c 1.00, b 2.00, a 3.00");
              assertThat(claim.verdict()).isEqualTo(Verdict.DIFFERENT);
            });
    JsonNode ranks = new ObjectMapper().readTree(new JsonFormat().write(comparison)).path("ranks");
    // Demšar's table of q for three methods says 2.343
    assertThat(ranks.path("critical difference").asDouble())
        .isCloseTo(2.343 * Math.sqrt(3 * 4 / (6 * 7.0)), within(0.001));
    assertThat(ranks.path("columns").toString())
        .isEqualTo(
            "[{\"column\":\"a\",\"average rank\":3.0},{\"column\":\"b\",\"average rank\":2.0},"
                + "{\"column\":\"c\",\"average rank\":1.0}]");
    assertThat(ranks.path("not told apart").toString()).isEqualTo("[[\"c\",\"b\"],[\"b\",\"a\"]]");
    Comparison against =
        compare(
            new Question(
                List.of(),
                QUESTION.rows(),
                QUESTION.columns(),
                QUESTION.figures(),
                QUESTION.moments(),
                Optional.of("a"),
                List.of()));
    assertThat(against.claims())
        .filteredOn(claim -> claim.kind() == Claim.Kind.SEEDS)
        .hasSize(14)
        .allSatisfy(claim -> assertThat(claim.text()).contains(" minus a on set"));
  }

  @Test
  void runsOnDifferentTestSamplesAreNotTested() throws IOException {
    write(new FakeRun("a", 0, 1).epoch(0.5));
    write(new FakeRun("b", 0, 1).set("samples.test", "other").epoch(0.5));
    Comparison comparison = compare(QUESTION);
    assertThat(comparison.claims()).isEmpty();
    assertThat(comparison.notes()).anyMatch(note -> note.contains("different test samples"));
  }

  @Test
  void wrongQuestionsAreRefused() throws IOException {
    write(new FakeRun("a", 0, 1).epoch(0.5));
    write(new FakeRun("b", 0, 1).epoch(0.5));
    for (Question wrong :
        List.of(
            new Question(
                List.of(),
                List.of("datset"),
                QUESTION.columns(),
                QUESTION.figures(),
                QUESTION.moments(),
                Optional.empty(),
                List.of()),
            new Question(
                List.of(),
                QUESTION.rows(),
                QUESTION.columns(),
                QUESTION.figures(),
                QUESTION.moments(),
                Optional.of("c"),
                List.of()),
            new Question(
                List.of(Where.parse("seed=9")),
                QUESTION.rows(),
                QUESTION.columns(),
                QUESTION.figures(),
                QUESTION.moments(),
                Optional.empty(),
                List.of()))) {
      assertThatThrownBy(() -> compare(wrong)).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void publishedFiguresStandBesideOursWithTheirCitation() throws IOException {
    assertThat(Published.bundled()).isEmpty(); // none could be verified at its source so far
    write(new FakeRun("blm", 0, 1).epoch(0.5));
    write(new FakeRun("ilm", 0, 1).epoch(0.25));
    Path file = folder.resolve("published.json");
    String figure =
        """
        {"figures": [{"citation": "%s", "where": {"dataset": "fake", "mapping": "blm"},
          "figure": "accuracy", "epoch": "%s", "mean": 48.5, "standard deviation": 0.5, "n": 3}]}
        """;
    Files.writeString(file, figure.formatted("Somebody, 2024, table 1", "best-test"));
    Question question =
        new Question(
            List.of(),
            QUESTION.rows(),
            QUESTION.columns(),
            QUESTION.figures(),
            QUESTION.moments(),
            Optional.empty(),
            Published.read(file));
    assertThat(new TextFormat().write(compare(question)))
        .contains(
            "Published figures\n  fake, blm: 50.00 (1) here (test accuracy [%], last epoch);"
                + " 48.50 ± 0.50 (3) published (best test epoch, chosen on the test set) in"
                + " Somebody, 2024, table 1\n");
    assertThat(compare(question).published()).hasSize(1);
    for (String wrong :
        List.of(
            figure.formatted("", "best-test"),
            figure.formatted("Somebody", "best"),
            "{}",
            "[1",
            "{\"figures\": [{\"citation\": \"x\", \"mean\": 1}]}")) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> Published.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void latexCompiles() throws IOException, InterruptedException {
    boolean there = Files.isExecutable(Path.of("/usr/bin/pdflatex"));
    if (!there) {
      System.out.println("latexCompiles is skipped: no /usr/bin/pdflatex (texlive-latex-base)");
    }
    Assumptions.assumeTrue(there, "no /usr/bin/pdflatex");
    for (String name : List.of("a_b & 50 %", "c#d$e{f}g\\h~i^j<k>|")) {
      for (int seed = 0; seed < 2; seed++) {
        write(new FakeRun(name, seed, 1).epoch(0.5 + 0.1 * seed));
      }
    }
    String table = new LatexFormat().write(compare(QUESTION));
    boolean booktabs =
        run("kpsewhich", "booktabs.sty"); // in texlive-latex-recommended, not in -base
    String rules =
        booktabs
            ? "\\usepackage{booktabs}"
            : "\\let\\toprule\\hline\\let\\midrule\\hline\\let\\bottomrule\\hline";
    Files.writeString(
        folder.resolve("table.tex"),
        "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n"
            + rules
            + "\n\\begin{document}\n"
            + table
            + "\\end{document}\n");
    assertThat(run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex")).isTrue();
    assertThat(folder.resolve("table.pdf")).isNotEmptyFile();
  }

  private boolean run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return process.exitValue() == 0;
  }
}
