package org.reprise.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;

class BenchComparisonTest {
  private static final Machine MACHINE =
      new Machine("a processor", 2, 0, "a system", "17", "2.10", "cpu", "kernels");

  @TempDir Path folder;

  private Path old(String bench, String device) throws IOException {
    return Files.writeString(
        folder.resolve("old.json"),
        """
        {"bench": "%s", "time": "then",
         "machine": {"processor": "a processor", "device": "%s", "libtorch": "2.10"},
         "measured": [{"what": "step", "figures": {"ms": 10.0, "images/s": 100.0, "gone": 1.0}}]}
        """
            .formatted(bench, device));
  }

  private static BenchTable table(double ms, double rate) {
    return new BenchTable(
        "step",
        List.of(
            new BenchTable.Row(
                "step",
                Map.of("ms", BenchTable.Figure.less(ms), "images/s", BenchTable.Figure.more(rate))),
            new BenchTable.Row("new", Map.of("ms", BenchTable.Figure.less(1)))));
  }

  @Test
  void whatIsWorseIsCalledSoInTheUnitsOwnDirection() throws IOException {
    BenchComparison comparison = BenchComparison.with(old("step", "cpu"), "step");
    assertThat(comparison.lines(table(20, 50), MACHINE))
        .filteredOn(line -> line.contains("->"))
        .hasSize(2)
        .allMatch(line -> line.endsWith(", WORSE)"))
        .anyMatch(line -> line.contains("step, ms: 10.00 -> 20.00 (x2.00"));
    assertThat(comparison.lines(table(5, 200), MACHINE))
        .filteredOn(line -> line.contains("->"))
        .hasSize(2)
        .allMatch(line -> line.endsWith(", better)"));
    assertThat(comparison.lines(table(10.5, 96), MACHINE))
        .noneMatch(line -> line.contains("better") || line.contains("WORSE"));
    // neither what was not measured then nor what is not a number
    assertThat(comparison.lines(table(Double.NaN, 0), MACHINE))
        .noneMatch(line -> line.contains("->"));
  }

  @Test
  void anotherMachineIsNamed() throws IOException {
    assertThat(BenchComparison.with(old("step", "cuda:0"), "step").lines(table(10, 100), MACHINE))
        .contains("  another device: cuda:0 then, cpu now")
        .noneMatch(line -> line.contains("another processor"));
  }

  @Test
  void anythingElseIsRefused() throws IOException {
    Path other = old("kernel", "cpu");
    assertThatThrownBy(() -> BenchComparison.with(other, "step"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not a report of bench step, but of bench kernel");
    Path text = Files.writeString(folder.resolve("text"), "no JSON");
    assertThatThrownBy(() -> BenchComparison.with(text, "step"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("text");
    assertThatThrownBy(() -> BenchComparison.with(folder.resolve("none"), "step"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none");
  }

  @Test
  void aPageShowsWordsAsTheyAre() {
    String page =
        BenchPage.of(
            new BenchTable(
                "step",
                List.of(new BenchTable.Row("<b>\"&", Map.of("ms", BenchTable.Figure.less(1.25))))),
            List.of("a <machine>"),
            List.of("1 < 2"));
    assertThat(page)
        .contains("<td>&lt;b>&quot;&amp;</td><td>1.250</td>")
        .contains("<p>a &lt;machine></p>")
        .contains("1 &lt; 2")
        .doesNotContain("<b>");
  }
}
