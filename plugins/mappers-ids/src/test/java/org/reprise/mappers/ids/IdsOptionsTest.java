package org.reprise.mappers.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reprise.testkit.TensorAssertions.doubles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reprise.api.InvalidInputException;
import org.reprise.api.Stateful;
import org.reprise.api.mapping.Evidence;
import org.reprise.api.mapping.EvidenceBased;
import org.reprise.api.mapping.LabelMapper;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.NoOptions;
import org.reprise.safetensors.Safetensors;
import org.reprise.testkit.FakeLabelMapperContext;
import org.reprise.testkit.NativeScope;

@ExtendWith(NativeScope.class)
final class IdsOptionsTest {
  @TempDir private Path folder;
  private final FakeLabelMapperContext context =
      new FakeLabelMapperContext(
          List.of("tench", "goldfish", "white shark", "cafe\u0301"),
          List.of("fish", "place"),
          List.of(),
          0);

  @Test
  void fixedIdsMayBeShared() {
    try (LabelMapper mapper = fixed(List.of(3, 3))) {
      assertThat(doubles(mapper.map(Tensor.create(new float[] {1, 2, 3, 4}, 1, 4))))
          .containsExactly(4, 4);
    }
  }

  @Test
  void fixedNumbersOutOfRangeOrTooFewAreRefused() {
    assertRefused(() -> fixed(List.of(0, 4)), "target label 1 (place)", "label 4", "0 to 3");
    assertRefused(() -> fixed(List.of(0, -1)), "label -1");
    assertRefused(() -> fixed(List.of(0)), "mapping.ids: 1 numbers", "each of the 2");
    assertThatThrownBy(
            () -> new FixedOptions(Optional.of(List.of(1)), Optional.of(Path.of("x.txt"))))
        .isInstanceOf(InvalidOptionException.class);
    FakeLabelMapperContext narrow = new FakeLabelMapperContext(2, 3, 0);
    assertRefused(
        () ->
            new FixedFactory().create(new FixedOptions(Optional.empty(), Optional.empty()), narrow),
        "\"fixed\"",
        "3 target labels",
        "only 2");
  }

  @Test
  void aFileNamesSourceLabelsByNameOrNumber() throws IOException {
    Path file = Files.writeString(folder.resolve("ids.txt"), "caf\u00e9\n\n 1 \n");
    try (LabelMapper mapper = fixed(file)) {
      assertThat(doubles(((Stateful) mapper).state().get("ids"))).containsExactly(3, 1);
    }
    assertThat(context.inputs()).containsExactly(file);
    Files.writeString(file, "tench\nwhite shork\n");
    assertRefused(() -> fixed(file), "line 2", "\"white shork\"", "did you mean \"white shark\"?");
    Files.writeString(file, "tench\n");
    assertRefused(() -> fixed(file), "1 lines", "each of the 2");
    Files.writeString(file, "0\n4\n");
    assertRefused(() -> fixed(file), "mapping.file", "0 to 3");
    assertRefused(() -> fixed(folder.resolve("none.txt")), "none.txt", "no such file");
  }

  @Test
  void tooFewSourceLabelsAreRefused() {
    assertRefused(
        () -> new FrequentManyFactory().create(new FrequentManyOptions(3, 1), context),
        "\"frequent-many\"",
        "6 in all",
        "only 4");
    assertThatThrownBy(() -> new FrequentManyOptions(0, 1))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new FrequentManyOptions(1, 0))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void frequentIdsAreMadeAgainAtTheirInterval() {
    try (LabelMapper mapper =
        new FrequentManyFactory().create(new FrequentManyOptions(2, 3), context)) {
      assertThat(((EvidenceBased) mapper).interval()).isEqualTo(3);
    }
  }

  @Test
  void oddEmbeddingsAreRefused() throws IOException {
    Tensor source = torch.randn(4, 3);
    Tensor target = torch.randn(2, 3);
    assertRefused(() -> semantic(folder.resolve("none")), "none: no such file");
    assertRefused(
        () -> semantic(write(Map.of("source", source))), "no tensor \"target\"", "it has source");
    assertRefused(
        () -> semantic(write(Map.of("source", torch.randn(5, 3), "target", target))),
        "\"source\" is [5, 3]",
        "each of the 4 source labels");
    assertRefused(
        () -> semantic(write(Map.of("source", source, "target", torch.randn(2, 4)))),
        "3 values a row",
        "4; expected");
    Tensor hole = target.clone();
    hole.select(0, 1).select(0, 2).fill_(new org.bytedeco.pytorch.Scalar(Double.NaN));
    assertRefused(
        () -> semantic(write(Map.of("source", source, "target", hole))),
        "\"target\"",
        "NaN",
        "row 1");
    assertRefused(
        () -> semantic(write(Map.of("source", torch.zeros(4, 3), "target", target))),
        "nothing but zeros in row 0");
    Path text = Files.writeString(folder.resolve("text"), "no embeddings at all");
    assertRefused(() -> semantic(text), "text");
  }

  @Test
  void theModeIsTheLowestOfTheMostFrequent() {
    long seed = System.nanoTime();
    System.out.println("IdsOptionsTest seed " + seed);
    Random random = new Random(seed);
    int sources = 6;
    int targets = 3;
    FakeLabelMapperContext six = new FakeLabelMapperContext(sources, targets, 0);
    try (LabelMapper mapper = new ModeFactory().create(new NoOptions(), six)) {
      EvidenceBased evidence = (EvidenceBased) mapper;
      assertThat(evidence.evidence()).isEqualTo(Evidence.ONCE);
      for (int round = 0; round < 50; round++) {
        int samples = random.nextInt(12);
        int[][] counts = new int[targets][sources];
        long[] expected = new long[targets];
        for (int i = 0; i < samples; i++) {
          int source = random.nextInt(sources);
          int target = random.nextInt(targets);
          counts[target][source]++;
          evidence.observe(
              torch.eye(sources).narrow(0, source, 1), Tensor.create(new long[] {target}, 1));
        }
        for (int target = 0; target < targets; target++) {
          int[] row = counts[target];
          int most = Arrays.stream(row).max().orElseThrow();
          expected[target] =
              java.util.stream.IntStream.range(0, sources)
                  .filter(s -> row[s] == most)
                  .min()
                  .getAsInt();
        }
        evidence.refit();
        assertThat(doubles(((Stateful) mapper).state().get("ids")))
            .as("round %d", round)
            .containsExactly(Arrays.stream(expected).asDoubleStream().toArray());
      }
    }
  }

  @Test
  void savedIdsOutsideTheTaskAreRefused() {
    try (LabelMapper mapper =
        new FrequentManyFactory().create(new FrequentManyOptions(2, 1), context)) {
      ((EvidenceBased) mapper).refit();
      for (long[] bad : new long[][] {{0, 1, 2, 4}, {0, 1, -1, 2}, {0, 1, 2, 2}}) {
        assertRefused(
            () -> {
              ((Stateful) mapper).restore(Map.of("ids", Tensor.create(bad, 2, 2)));
              return mapper;
            },
            "\"ids\"",
            "target label 1");
      }
      assertThat(doubles(((Stateful) mapper).state().get("ids"))).containsExactly(0, 1, 2, 3);
    }
  }

  private LabelMapper fixed(List<Integer> ids) {
    return new FixedFactory().create(new FixedOptions(Optional.of(ids), Optional.empty()), context);
  }

  private LabelMapper fixed(Path file) {
    return new FixedFactory()
        .create(new FixedOptions(Optional.empty(), Optional.of(file)), context);
  }

  private LabelMapper semantic(Path file) {
    return new SemanticFactory()
        .create(new SemanticOptions(Optional.empty(), Optional.of(file), 1), context);
  }

  private Path write(Map<String, Tensor> tensors) throws IOException {
    Path file = folder.resolve("embeddings.safetensors");
    new Safetensors(tensors, Map.of()).write(file);
    return file;
  }

  private static void assertRefused(java.util.concurrent.Callable<?> act, String... parts) {
    assertThatThrownBy(act::call)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(parts);
  }
}
