package org.reprise.engine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.record.RunLock;

/** What a page shows is what the records hold. */
class RunViewTest {
  private static final long SEED = Long.getLong("reprise.seed", System.nanoTime());

  @TempDir private Path folder;

  private RecordedRun run(int sources, int targets, int epochs) throws IOException {
    System.out.println("RunViewTest: -Dreprise.seed=" + SEED);
    return new RecordedRun(folder.resolve("blm-01234567"), sources, targets, epochs, SEED);
  }

  @Test
  void figuresAreThoseOfTheRecords() throws IOException {
    RecordedRun run = run(64, 7, 4);
    ObjectNode data = RunView.of(run.folder, false);

    assertThat(data.path("selected_epoch").asInt()).isEqualTo(2); // of equal ones the earlier
    assertThat(data.path("epochs")).hasSize(4);
    assertThat(data.at("/epochs/3/test_accuracy").asDouble()).isEqualTo(0.254);
    long right = 0;
    long all = 0;
    for (JsonNode cell : data.at("/test/confusion")) {
      long n = 0;
      for (int i = 0; i < RecordedRun.SAMPLES; i++) {
        n +=
            run.labels[i] == cell.get(0).asInt() && run.predictions[i] == cell.get(1).asInt()
                ? 1
                : 0;
      }
      assertThat(cell.get(2).asLong()).isEqualTo(n).isPositive();
      all += n;
      right += cell.get(0).asInt() == cell.get(1).asInt() ? n : 0;
    }
    assertThat(all).isEqualTo(RecordedRun.SAMPLES);
    assertThat(right).isBetween(1L, all - 1);
    assertCalibration(run, data);
  }

  private static void assertCalibration(RecordedRun run, JsonNode data) {
    double error = 0;
    for (int bin = 0; bin < 15; bin++) {
      double sum = 0;
      int right = 0;
      int n = 0;
      for (int i = 0; i < RecordedRun.SAMPLES; i++) {
        double p = run.probabilities[i];
        if ((p > bin / 15.0 && p <= (bin + 1) / 15.0) || (bin == 0 && p == 0)) {
          sum += p;
          n++;
          right += run.labels[i] == run.predictions[i] ? 1 : 0;
        }
      }
      assertThat(data.at("/test/calibration/" + bin + "/samples").asInt(-1)).isEqualTo(n);
      error += Math.abs(sum - right) / RecordedRun.SAMPLES;
    }
    assertThat(data.at("/test/calibration_error").asDouble()).isCloseTo(error, within(1e-5));
  }

  @Test
  void entriesOfTheMappingHaveTheirNamesCountsAndIntervals() throws IOException {
    RecordedRun run = run(30, 5, 2);
    JsonNode mapping = RunView.of(run.folder, false).path("mapping");

    assertThat(mapping.path("prior_mass").asDouble()).isEqualTo(0.5);
    for (int t = 0; t < 5; t++) {
      for (int k = 0; k < run.kept; k++) {
        JsonNode cell = mapping.at("/targets/" + t + "/cells/" + k);
        int at = t * run.kept + k;
        int source = run.ids[at];
        assertThat(cell.get(0).asInt()).isEqualTo(source);
        assertThat(mapping.at("/names/" + source).asText()).isEqualTo(RecordedRun.source(source));
        assertThat(cell.get(1).asDouble()).isCloseTo(run.weights[at], within(1e-5));
        assertThat(cell.get(2).asDouble()).isEqualTo(run.counts[at]);
        assertThat(cell.get(3).asDouble()).isEqualTo(run.totals[source]);
        if (k < 12) {
          double a = run.counts[at] + 0.5 / 5;
          double b = run.totals[source] - run.counts[at] + 0.5 * 4 / 5;
          assertHasBelow(cell.get(4).asDouble(), 0.025, a, b);
          assertHasBelow(cell.get(5).asDouble(), 0.975, a, b);
        }
      }
    }
    assertThat(mapping.path("target_order")).hasSize(5);
    assertThat(mapping.path("source_order")).hasSize(30);
  }

  /** Figures have five digits, and some of these distributions are steep at their ends. */
  private static void assertHasBelow(double end, double share, double a, double b) {
    double slack = 1e-4 * Math.min(end, 1 - end) + 6e-6 * Math.min(1, 10 * end);
    assertThat(below(Math.max(0, end - slack), a, b))
        .as("%s of beta %s %s", end, a, b)
        .isLessThan(share + 2e-3);
    assertThat(below(Math.min(1, end + slack), a, b))
        .as("%s of beta %s %s", end, a, b)
        .isGreaterThan(share - 2e-3);
  }

  /** The beta distribution's mass below a point, as a ratio of sums over u = x^a or its mirror. */
  private static double below(double x, double a, double b) {
    return mass(x, a, b) / (mass(0.5, a, b) + mass(0.5, b, a)) * (x <= 0.5 ? 1 : 0)
        + (x <= 0.5 ? 0 : 1 - mass(1 - x, b, a) / (mass(0.5, a, b) + mass(0.5, b, a)));
  }

  /**
   * The integral of t^(a-1) (1-t)^(b-1) from 0 to x &lt;= 1/2; where it is not bounded at 0, over u
   * = t^a.
   */
  private static double mass(double x, double a, double b) {
    double end = Math.min(x, 0.5);
    int steps = 20_000;
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      double share = (i + 0.5) / steps;
      sum +=
          a >= 1
              ? Math.pow(end * share, a - 1) * Math.pow(1 - end * share, b - 1)
              : Math.pow(1 - end * Math.pow(share, 1 / a), b - 1);
    }
    return a >= 1 ? sum * end / steps : sum * Math.pow(end, a) / steps / a;
  }

  @Test
  void placesOfTheMachineStayOutUnlessAskedFor() throws IOException {
    RecordedRun run = run(30, 5, 2);
    assertThat(RunView.of(run.folder, false).toString())
        .doesNotContain("secret", "REPRISE_CACHE")
        .contains("…/photos", "…/fake.yaml");
    assertThat(RunView.of(run.folder, true).toString())
        .contains("/secret/place/photos", "/secret/cache");
  }

  @Test
  void picturesOfTheRunAreInItAndNothingElse() throws IOException {
    RecordedRun run = run(30, 5, 2);
    JsonNode pictures = RunView.of(run.folder, false).path("pictures");
    byte[] sheet = Files.readAllBytes(run.folder.resolve("pictures/samples.jpg"));
    assertThat(pictures.at("/sheet/file").asText())
        .isEqualTo("data:image/jpeg;base64," + Base64.getEncoder().encodeToString(sheet));
    assertThat(pictures.at("/prompt/0/file").asText()).startsWith("data:image/png;base64,");
    assertThat(pictures.at("/prompt/1").has("file")).isFalse();
  }

  @Test
  void aRunOfWhichLittleIsRecordedHasAPageToo() throws IOException {
    RecordedRun run = run(30, 5, 1);
    for (String file :
        new String[] {
          "mapping.safetensors", "predictions.safetensors", "metrics.jsonl", "experiment.yaml"
        }) {
      Files.delete(run.folder.resolve(file));
    }
    ObjectNode data = RunView.of(run.folder, false);
    assertThat(data.has("mapping")).isFalse();
    assertThat(data.has("test")).isFalse();
    assertThat(data.path("epochs")).isEmpty();
    assertThat(Reports.html(data)).contains("</html>");
  }

  @Test
  void damagedRecordsAreNamed() throws IOException {
    RecordedRun run = run(30, 5, 1);
    Path other = folder.resolve("other");
    new RecordedRun(other, 40, 6, 1, SEED);
    Files.copy(
        other.resolve("mapping.safetensors"),
        run.folder.resolve("mapping.safetensors"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> RunView.of(run.folder, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("mapping.safetensors: damaged");
    Files.writeString(run.folder.resolve("mapping.safetensors"), "no tensors");
    assertThatThrownBy(() -> RunView.of(run.folder, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("mapping.safetensors");
    assertThatThrownBy(() -> PairView.of(run.folder, other, false))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> StudyView.of(folder.resolve("nowhere")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no such folder");
  }

  @Test
  void recordsOfAnyContentMakeAPageOrAreNamed() throws IOException {
    RecordedRun run = run(30, 5, 2);
    Random random = new Random(SEED);
    for (String name :
        List.of(
            "provenance.json",
            "metrics.jsonl",
            "mapping.safetensors",
            "predictions.safetensors",
            "pictures/pictures.json",
            "experiment.yaml")) {
      Path file = run.folder.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      List<byte[]> contents = new ArrayList<>();
      for (String text :
          List.of("", "[]", "null", "{}", "3", "\"x\"", "[".repeat(5000), "{\"epoch\":{}}")) {
        contents.add(text.getBytes(StandardCharsets.UTF_8));
      }
      for (int i = 0; i < 20; i++) {
        contents.add(Arrays.copyOf(whole, random.nextInt(whole.length)));
        contents.add(changed(whole, random));
      }
      for (byte[] content : contents) {
        Files.write(file, content);
        try {
          ObjectNode data = RunView.of(run.folder, random.nextBoolean());
          if (random.nextInt(10) == 0) {
            Reports.html(data);
          }
        } catch (InvalidInputException e) {
          assertThat(e).hasMessageContaining(run.folder.getFileName().toString());
        }
      }
      Files.write(file, whole);
    }
  }

  /** Puts something else where a value, a key or a few bytes were. */
  private static byte[] changed(byte[] whole, Random random) {
    byte[] changed = whole.clone();
    List<String> values = List.of("null", "-1e999", "{}", "[]", "\"\u0000\"", "99999999999", "0.5");
    byte[] value = values.get(random.nextInt(values.size())).getBytes(StandardCharsets.UTF_8);
    int from = random.nextInt(whole.length);
    while (from < whole.length && whole[from] != ':') {
      from++;
    }
    int end = from + 1;
    while (end < whole.length && ",}]\n".indexOf(whole[end]) < 0) {
      end++;
    }
    if (end >= whole.length) {
      changed[random.nextInt(whole.length)] ^= (byte) (1 + random.nextInt(255));
      return changed;
    }
    ByteBuffer put = ByteBuffer.allocate(whole.length + value.length + 1);
    put.put(whole, 0, from + 1).put(value).put(whole, end, whole.length - end);
    return Arrays.copyOf(put.array(), put.position());
  }

  @Test
  void aStudyHasALineForEachRun() throws IOException {
    run(30, 5, 3);
    new RecordedRun(folder.resolve("second-1"), 30, 5, 2, SEED + 1);
    ObjectNode study = StudyView.of(folder);
    assertThat(study.path("runs")).hasSize(2);
    assertThat(study.at("/runs/0/epochs")).hasSize(3);
    assertThat(study.at("/runs/1/calibration_error").asDouble()).isBetween(0.0, 1.0);
    assertThat(study.at("/runs/0/epoch").asInt()).isEqualTo(3);
    assertThat(study.at("/runs/0/selected_epoch").asInt()).isEqualTo(2);
    assertThat(study.at("/runs/0/test_accuracy").asDouble()).isEqualTo(0.252);
    assertThat(study.at("/runs/0/last_test_accuracy").asDouble()).isEqualTo(0.253);
    assertThat(study.at("/runs/0/seconds").asDouble()).isEqualTo(6);
    assertThat(study.at("/runs/0/seconds_per_epoch").asDouble()).isEqualTo(2);
    assertThat(study.at("/runs/0/epochs/2/entropy").asDouble()).isEqualTo(3.2);
    assertThat(study.toString()).doesNotContain("secret");
  }

  @Test
  void seedsAreGroupsAndWhatCannotBeReadIsLeftOut() throws IOException {
    new RecordedRun(folder.resolve("a"), 30, 5, 1, SEED).of("data-seed1", "blm", 1);
    new RecordedRun(folder.resolve("b"), 30, 5, 1, SEED).of("data-seed1", "blm", 2);
    new RecordedRun(folder.resolve("c"), 30, 5, 1, SEED).of("data-seed2", "blm", 1);
    Path damaged = new RecordedRun(folder.resolve("d"), 30, 5, 1, SEED).folder;
    Path predictions = damaged.resolve("predictions.safetensors");
    byte[] half = Arrays.copyOf(Files.readAllBytes(predictions), 200);
    Files.write(predictions, half);
    ObjectNode study = StudyView.of(folder);
    assertThat(study.path("runs"))
        .extracting(run -> run.path("group").asInt())
        .isEqualTo(List.of(0, 0, 1));
    assertThat(study.at("/runs/1/settings").toString())
        .isEqualTo("{\"dataset.name\":\"data-seed1\",\"seed\":\"2\"}");
    assertThat(study.at("/unreadable/0/folder").asText()).isEqualTo("d");
    assertThat(study.at("/unreadable/0/why").asText()).contains("predictions.safetensors");
  }

  @Test
  void thePageOfAStudyWaitsForAnotherProcess() throws Exception {
    run(30, 5, 1);
    Files.writeString(folder.resolve("report.html.tmp"), "left by a process that was killed");
    CompletableFuture<Path> written;
    try (RunLock other = RunLock.take(folder)) {
      written =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return Reports.write(folder);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertThatThrownBy(() -> written.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(folder.resolve("report.html")).doesNotExist();
    }
    assertThat(written.get(1, TimeUnit.MINUTES)).content().endsWith("</html>\n");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".lock", "blm-01234567", "report.html");
    }
  }

  @Test
  void theDataBlockIsTheJsonAndThePolicyKnowsTheScripts() throws Exception {
    ObjectNode data = RunView.of(run(30, 5, 2).folder, false);
    String page = Reports.html(data);

    Matcher block =
        Pattern.compile(
                "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL)
            .matcher(page);
    assertThat(block.find()).isTrue();
    assertThat(new ObjectMapper().readTree(block.group(1)))
        .isEqualTo(new ObjectMapper().readTree(data.toString()));
    assertThat(block.group(1)).doesNotContain("<");
    String policy =
        page.substring(
            page.indexOf("content=\"default-src"), page.indexOf("<meta name=\"viewport"));
    assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe-eval", "http");
    assertThat(policy.substring(policy.indexOf("script-src"))).doesNotContain("unsafe-inline");
    Matcher scripts = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL).matcher(page);
    int found = 0;
    while (scripts.find()) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(scripts.group(1).getBytes(StandardCharsets.UTF_8));
      assertThat(policy).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
      found++;
    }
    assertThat(found).isEqualTo(2);
  }

  @Test
  void aPageOfAThousandByManyLabelsStaysSmall() throws IOException {
    ObjectNode data = RunView.of(run(1000, 397, 100).folder, false);
    assertThat(Reports.html(data).getBytes(StandardCharsets.UTF_8).length).isLessThan(5_000_000);
  }

  @Test
  void figuresAreDrawnWithoutABrowser() throws IOException {
    ObjectNode data = RunView.of(run(30, 5, 3).folder, false);
    Map<String, String> figures = SvgFigures.of(data);
    assertThat(figures).containsKeys("accuracy", "loss", "entropy", "matrix", "confusion");
    figures.forEach(
        (name, svg) ->
            assertThat(svg).as(name).doesNotContain("NaN", "Infinity").endsWith("</svg>\n"));
    assertThat(figures.get("matrix").split("<rect"))
        .hasSize(2 + cells(data.at("/mapping/targets")));
    assertThat(figures.get("confusion").split("<rect"))
        .hasSize(2 + data.at("/test/confusion").size());
    assertThat(figures.get("accuracy").split("<circle")).hasSize(1 + 3 * 3);
    assertThat(figures.get("matrix")).contains("&lt;b&gt;").doesNotContain("<b>");
    assertThat(Figures.svg(data, folder.resolve("figures")))
        .extracting(file -> file.getFileName().toString())
        .contains("matrix.svg", "prompt-1.png", "prompted-1.jpg", "image-1.jpg");
  }

  private static int cells(JsonNode targets) {
    int cells = 0;
    for (JsonNode target : targets) {
      cells += target.path("cells").size();
    }
    return cells;
  }
}
