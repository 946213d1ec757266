package org.reprise.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reprise.api.options.Option;

class RecordWriterTest {

  record Inner(@Option("x") double x, @Option("mode") Precision mode) {}

  record Everything(
      @Option("text") String aText,
      @Option("int") int anInt,
      @Option("long") long aLong,
      @Option("double") double aDouble,
      @Option("boolean") boolean aBoolean,
      @Option("enum") Precision anEnum,
      @Option("path") Path aPath,
      @Option("record") Inner inner,
      @Option("optional") Optional<Integer> anOptional,
      @Option("empty") Optional<String> empty,
      @Option("list") List<Inner> list,
      @Option("texts") List<String> texts,
      @Option("map") Map<String, Double> map,
      @Option("milestones") List<Milestone> milestones) {}

  @Test
  void whatIsWrittenReadsBackEqual() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      Everything written = random(random);
      assertThat(roundTrip(Everything.class, written))
          .as("seed %s, record %s", seed, i)
          .isEqualTo(written);
    }
  }

  @Test
  void resolvedTrainingOptionsReadBackEqual() {
    RecordBinder binder = new RecordBinder(name -> null);
    YamlNode.Mapping none = (YamlNode.Mapping) YamlReader.readValue("{}", "test");
    TrainingOptions defaults = binder.bind(TrainingOptions.class, none, "");
    binder.throwIfProblems();
    assertThat(roundTrip(TrainingOptions.class, defaults)).isEqualTo(defaults);
    // the optimizer, whose options are those of an extension, is written by whoever binds it
    assertThat(RecordWriter.toMap(defaults))
        .containsOnlyKeys(
            "edition",
            "epochs",
            "batch-size",
            "shuffle",
            "schedule",
            "selection",
            "evaluate-every",
            "label-smoothing",
            "cuda-graph");
  }

  record Drops(@Option("milestones") List<Milestone> milestones) {}

  @ParameterizedTest
  @CsvSource({"+5, 5", "5, 5", "007, 7", "0, 0", "0.5, 0.5", "1.0, 1.0", "+.5, 0.5", "5e-1, 0.5"})
  void aMilestoneKeepsItsMeaning(String asWritten, String kept) {
    Drops written = new Drops(List.of(Milestone.parse(asWritten)));
    String yaml = RecordWriter.toYaml(RecordWriter.toMap(written));
    assertThat(yaml.strip()).isEqualTo("milestones:\n- " + kept);
    Milestone read = roundTrip(Drops.class, written).milestones().get(0);
    for (int epochs : new int[] {1, 3, 10, 200}) {
      assertThat(read.epoch(epochs)).isEqualTo(written.milestones().get(0).epoch(epochs));
    }
  }

  private static Everything random(Random random) {
    List<String> texts =
        List.of(
            "",
            "plain",
            "true",
            "12",
            "1e-3",
            "null",
            "~",
            "a: b",
            "# no comment",
            " space ",
            "two\nlines",
            "ünïcode ☃",
            "'quoted'",
            "\"double\"",
            "- dash",
            "{x}",
            "0x1F",
            "1:30");
    return new Everything(
        texts.get(random.nextInt(texts.size())),
        random.nextInt(),
        random.nextLong(),
        magnitude(random),
        random.nextBoolean(),
        List.of(Precision.values()).get(random.nextInt(4)),
        Path.of("/some where/" + random.nextInt(100)),
        new Inner(magnitude(random), Precision.BF16),
        Optional.of(random.nextInt()),
        Optional.empty(),
        IntStream.range(0, random.nextInt(3))
            .mapToObj(i -> new Inner(magnitude(random), Precision.AUTO))
            .toList(),
        texts,
        Map.of("a", magnitude(random), "b-c", random.nextDouble()),
        List.of(new Milestone("0.5"), new Milestone("100"), new Milestone("0")));
  }

  private static double magnitude(Random random) {
    return random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
  }

  private static <R extends Record> R roundTrip(Class<R> type, R written) {
    String yaml = RecordWriter.toYaml(RecordWriter.toMap(written));
    RecordBinder binder = new RecordBinder(name -> null);
    R read = binder.bind(type, YamlReader.readValue(yaml, "written"), "");
    binder.throwIfProblems();
    return read;
  }
}
