package org.reprise.engine.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.reprise.testkit.TensorAssertions.assertClose;
import static org.reprise.testkit.TensorAssertions.assertEqual;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reprise.api.NonFiniteLogitsException;
import org.reprise.api.mapping.JointCounts;
import org.reprise.testkit.NativeMemory;
import org.reprise.testkit.OracleJointCounts;

/** What the API says of joint counts, for each implementation of them. */
class JointCountsTest {
  private static final List<ScalarType> TYPES =
      List.of(ScalarType.Float, ScalarType.Half, ScalarType.BFloat16);

  private static final long MOST_SAMPLES = (1L << 27) - 1; // of probabilities, in a cell

  private final long seed = Long.getLong("reprise.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private PointerScope scope;

  static List<Implementation> implementations() {
    Loader.load(torch.class);
    return Implementation.all();
  }

  @BeforeEach
  void openScope() {
    System.out.println("JointCountsTest: -Dreprise.test.seed=" + seed);
    scope = new PointerScope();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void agreeWithTheDefinition(Implementation counting) {
    for (ScalarType type : TYPES) {
      for (int i = 0; i < (counting.emulated() ? 6 : 30); i++) {
        int sources = i == 0 ? 1 : 1 + random.nextInt(140);
        int targets = 1 + random.nextInt(12);
        int k = i % 3 == 0 ? sources : 1 + random.nextInt(sources);
        int most = counting.emulated() ? 12 : 50;
        // every second case has few distinct values, and so many ties
        compare(counting, type, sources, targets, k, i % 2 == 0, random.nextInt(most));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void agreeWithTheDefinitionAtEverySize(Implementation counting) {
    for (int sources : new int[] {1, 7, 10, 1000, 1001, 2048, 32157, 65536}) {
      boolean large = sources > 1001;
      int[] labels = large || counting.emulated() ? new int[] {2} : new int[] {1, 2, 10, 397};
      for (int targets : labels) {
        for (int k : new int[] {1, 15, 59, sources}) {
          // the emulator bisects over the whole row for these
          if (k <= sources && !(counting.emulated() && sources > 2048 && k != 15)) {
            ScalarType type = TYPES.get(random.nextInt(3));
            compare(counting, type, sources, targets, k, random.nextBoolean(), large ? 1 : 5);
          }
        }
      }
    }
  }

  private void compare(
      Implementation counting,
      ScalarType type,
      int sources,
      int targets,
      int k,
      boolean ties,
      int mostRows) {
    try (PointerScope ofCase = new PointerScope();
        JointCounts predictions = counting.counts(sources, targets, random);
        JointCounts probabilities = counting.counts(sources, targets, random);
        OracleJointCounts expectedPredictions = new OracleJointCounts(sources, targets);
        OracleJointCounts expectedProbabilities = new OracleJointCounts(sources, targets)) {
      int total = 0;
      for (int rows : new int[] {mostRows, 0, 1}) {
        Tensor logits = logits(rows, sources, ties).to(type);
        Tensor labels = labels(rows, targets);
        predictions.addArgmax(logits, labels);
        expectedPredictions.addArgmax(logits, labels);
        probabilities.addTopK(logits, labels, k);
        expectedProbabilities.addTopK(logits, labels, k);
        total += rows;
      }
      String what = "seed " + seed + ", " + type + " KS " + sources + " KT " + targets + " k " + k;
      assertThat(predictions.counts().scalar_type().intern()).isEqualTo(ScalarType.Long);
      assertThat(probabilities.counts().scalar_type().intern()).isEqualTo(ScalarType.Double);
      assertThat(probabilities.counts().is_contiguous()).isTrue();
      assertEqual(what, predictions.counts(), expectedPredictions.counts());
      // 2^-37 a sample from rounding, and the softmax's own
      assertClose(
          what,
          probabilities.counts(),
          expectedProbabilities.counts(),
          total * 0x1p-37,
          counting.tolerance(sources));
      assertThat(predictions.samples()).isEqualTo(total);
      assertThat(probabilities.samples()).isEqualTo(total);
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void doNotDependOnTheOrderOrTheBatches(Implementation counting) {
    int rows = counting.emulated() ? 40 : 500;
    Tensor logits = logits(rows, 23, false);
    Tensor labels = labels(rows, 5);
    Tensor order = torch.randperm(rows);
    try (JointCounts once = counting.counts(23, 5, random);
        JointCounts shuffled = counting.counts(23, 5, random)) {
      once.addTopK(logits, labels, 4);
      for (int start = 0; start < rows; ) {
        int length = Math.min(1 + random.nextInt(60), rows - start);
        Tensor chosen = order.narrow(0, start, length);
        shuffled.addTopK(logits.index_select(0, chosen), labels.index_select(0, chosen), 4);
        start += length;
      }
      assertEqual("seed " + seed, shuffled.counts(), once.counts());
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void takeAnyStrides(Implementation counting) {
    Tensor wide = logits(20, 30, false);
    Tensor labels = labels(40, 4);
    for (Tensor part :
        List.of(
            wide.narrow(1, 3, 11), // rows apart, starting anywhere
            wide.narrow(1, 0, 20).t().narrow(1, 2, 11), // elements apart
            wide.narrow(0, 3, 1).narrow(1, 1, 11).expand(20, 11), // one row, twenty times
            wide._neg_view().narrow(1, 5, 11))) { // lazily negated
      Tensor everySecond = labels.as_strided(new long[] {20}, new long[] {2});
      try (JointCounts counts = counting.counts(11, 4, random);
          JointCounts expected = counting.counts(11, 4, random)) {
        counts.addTopK(part, everySecond, 3);
        expected.addTopK(part.resolve_neg().clone().contiguous(), everySecond.contiguous(), 3);
        assertEqual("seed " + seed, counts.counts(), expected.counts());
        assertThat(counts.samples()).isEqualTo(20);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void takeOneLabelForAllRows(Implementation counting) {
    Tensor logits = logits(9, 5, false);
    Tensor label = labels(1, 4);
    try (JointCounts counts = counting.counts(5, 4, random);
        JointCounts expected = counting.counts(5, 4, random)) {
      counts.addArgmax(logits, label.expand(9));
      expected.addArgmax(logits, label.expand(9).contiguous());
      assertEqual("seed " + seed, counts.counts(), expected.counts());
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void refuseNonFiniteLogits(Implementation counting) {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -Float.MAX_VALUE * 2}) {
      for (int k : new int[] {0, 1, 7}) {
        float[] values = new float[5 * 7];
        int bad = random.nextInt(values.length);
        values[bad] = value;
        Tensor logits = Tensor.create(values).reshape(5, 7);
        assertRefused(
            counting, logits, labels(5, 2), k, NonFiniteLogitsException.class, "row " + bad / 7);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void refuseLabelsOutOfRange(Implementation counting) {
    for (long label : new long[] {-1, 2, Long.MIN_VALUE, Long.MAX_VALUE}) {
      for (int k : new int[] {0, 1, 7}) {
        Tensor labels = Tensor.create(new long[] {0, 1, label});
        assertRefused(
            counting, logits(3, 7, false), labels, k, IllegalArgumentException.class, "[0, 2)");
      }
    }
  }

  /** A bad second batch: told of at once or when read, and counts without it are not handed out. */
  private void assertRefused(
      Implementation counting,
      Tensor logits,
      Tensor labels,
      int k,
      Class<? extends Exception> type,
      String words) {
    try (JointCounts counts = counting.counts(7, 2, random)) {
      add(counts, logits(4, 7, false), labels(4, 2), k);
      if (counting.deferred()) {
        add(counts, logits, labels, k);
        assertThatThrownBy(counts::counts)
            .isInstanceOf(type)
            .hasMessageContaining(words)
            .hasMessageContaining("batch 2 ");
      } else {
        assertThatThrownBy(() -> add(counts, logits, labels, k))
            .isInstanceOf(type)
            .hasMessageContaining(words);
        assertThatThrownBy(() -> add(counts, logits(4, 7, false), labels(4, 2), k))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(words);
      }
      assertThatThrownBy(counts::counts).isInstanceOf(RuntimeException.class);
      counts.clear();
      assertThat(counts.samples()).isZero();
      assertEqual("cleared", counts.counts(), torch.zeros(7, 2));
      add(counts, logits(4, 7, false), labels(4, 2), k);
      assertThat(counts.samples()).isEqualTo(4);
    }
  }

  private static void add(JointCounts counts, Tensor logits, Tensor labels, int k) {
    if (k == 0) {
      counts.addArgmax(logits, labels);
    } else {
      counts.addTopK(logits, labels, k);
    }
  }

  @Test
  void kernelsTellOfOverflow() {
    List<Implementation> kernels =
        implementations().stream().filter(counting -> counting.kernel() != null).toList();
    assumeFalse(kernels.isEmpty(), "no kernels are built here");
    kernels.forEach(this::tellsOfOverflow);
  }

  /** Of one source label every probability is 1: the cell holds whole samples. */
  private void tellsOfOverflow(Implementation counting) {
    try (JointCounts counts = counting.almostFull(MOST_SAMPLES - 1, random)) {
      counts.addTopK(logits(1, 1, false), labels(1, 1), 1);
      assertThat(counts.counts().item_double()).as("%s", counting).isEqualTo(MOST_SAMPLES);
    }
    try (JointCounts counts = counting.almostFull(MOST_SAMPLES - 1, random)) {
      assertThatThrownBy(
              () -> {
                counts.addTopK(logits(2, 1, false), labels(2, 1), 1);
                counts.counts();
              })
          .as("%s", counting)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(Words.OVERFLOW);
      assertThatThrownBy(counts::counts)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(Words.OVERFLOW);
      counts.clear();
      assertThat(counts.samples()).isZero();
    }
  }

  @Test
  void libtorchOperationsTellOfOverflowBeforeTheyCount() {
    // one row of memory, refused before anything is made of it
    Tensor logits = torch.zeros(1, 1).expand(MOST_SAMPLES, 1);
    Tensor labels = torch.zeros(1).to(ScalarType.Long).expand(MOST_SAMPLES);
    try (JointCounts counts = new TorchJointCounts(1, 1, new Device("cpu"))) {
      counts.addTopK(logits.narrow(0, 0, 1), labels.narrow(0, 0, 1), 1);
      assertThatThrownBy(() -> counts.addTopK(logits, labels, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(Words.OVERFLOW);
      assertThatThrownBy(counts::counts).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void sumGivenWeights(Implementation counting) {
    for (int i = 0; i < 12; i++) {
      int sources = 1 + random.nextInt(60);
      int targets = 1 + random.nextInt(9);
      int k = 1 + random.nextInt(5);
      try (PointerScope ofCase = new PointerScope();
          JointCounts counts = counting.counts(sources, targets, random);
          JointCounts shuffled = counting.counts(sources, targets, random);
          OracleJointCounts expected = new OracleJointCounts(sources, targets)) {
        int rows = 1 + random.nextInt(40);
        Tensor ids = ids(rows, k, sources); // often one several times in a row
        Tensor weights = weights(rows, k);
        Tensor labels = labels(rows, targets);
        counts.add(ids, weights, labels);
        counts.add(ids.narrow(0, 0, 0), weights.narrow(0, 0, 0), labels.narrow(0, 0, 0));
        counts.add(ids.narrow(0, 0, 1), weights.narrow(0, 0, 1), labels.narrow(0, 0, 1));
        expected.add(ids, weights, labels);
        expected.add(ids.narrow(0, 0, 1), weights.narrow(0, 0, 1), labels.narrow(0, 0, 1));
        String what = "seed " + seed + ", KS " + sources + " KT " + targets + " k " + k;
        assertThat(counts.counts().scalar_type().intern()).isEqualTo(ScalarType.Double);
        // 2^-37 a weight from rounding; double sums of the oracle
        assertClose(what, counts.counts(), expected.counts(), (rows + 1) * k * 0x1p-37, 1e-14);
        assertThat(counts.samples()).isEqualTo(rows + 1);

        shuffled.add(ids.narrow(0, 0, 1), weights.narrow(0, 0, 1), labels.narrow(0, 0, 1));
        Tensor order = torch.randperm(rows);
        Tensor byColumn = torch.randperm(k); // strides of their own
        Tensor idsAt = ids.index_select(0, order).index_select(1, byColumn).t().contiguous().t();
        Tensor weightsAt = weights.index_select(0, order).index_select(1, byColumn);
        Tensor labelsAt = labels.index_select(0, order);
        int first = random.nextInt(rows + 1);
        for (int[] part : new int[][] {{first, rows - first}, {0, first}}) {
          shuffled.add(
              idsAt.narrow(0, part[0], part[1]),
              weightsAt.narrow(0, part[0], part[1]),
              labelsAt.narrow(0, part[0], part[1]));
        }
        assertEqual(what, shuffled.counts(), counts.counts());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void sumGivenWeightsBesideProbabilities(Implementation counting) {
    Tensor ids = ids(9, 2, 6);
    Tensor weights = weights(9, 2);
    Tensor labels = labels(9, 4);
    Tensor logits = logits(9, 6, false);
    try (JointCounts both = counting.counts(6, 4, random);
        JointCounts given = counting.counts(6, 4, random);
        JointCounts probabilities = counting.counts(6, 4, random)) {
      given.add(ids, weights, labels);
      probabilities.addTopK(logits, labels, 3);
      both.addTopK(logits, labels, 3);
      both.add(ids, weights, labels);
      assertEqual("seed " + seed, both.counts(), given.counts().add(probabilities.counts()));
      assertThat(both.samples()).isEqualTo(18);
      assertThatThrownBy(() -> given.addArgmax(logits, labels))
          .isInstanceOf(IllegalStateException.class);
      given.clear();
      assertEqual("cleared", given.counts(), torch.zeros(6, 4).to(ScalarType.Long));
      given.addArgmax(logits, labels);
      assertThatThrownBy(() -> given.add(ids, weights, labels))
          .isInstanceOf(IllegalStateException.class);
      assertThat(given.samples()).isEqualTo(9);
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void refuseBadWeightsAndIds(Implementation counting) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1e-30f}) {
      Tensor weights = weights(3, 2);
      weights.narrow(0, 1, 1).narrow(1, random.nextInt(2), 1).fill_(new Scalar(bad));
      assertAddRefused(counting, ids(3, 2, 7), weights, labels(3, 2), "row 1 ", "weights");
    }
    for (long bad : new long[] {-1, 7, Long.MIN_VALUE, Long.MAX_VALUE}) {
      Tensor ids = ids(3, 2, 7);
      ids.narrow(0, 2, 1).narrow(1, random.nextInt(2), 1).fill_(new Scalar(bad));
      assertAddRefused(counting, ids, weights(3, 2), labels(3, 2), "row 2 ", "[0, 7)");
      Tensor labels = Tensor.create(0L, bad == 7 ? 2 : bad, 1L);
      assertAddRefused(counting, ids(3, 2, 7), weights(3, 2), labels, "row 1 ", "[0, 2)");
    }
  }

  private void assertAddRefused(
      Implementation counting, Tensor ids, Tensor weights, Tensor labels, String... words) {
    try (JointCounts counts = counting.counts(7, 2, random)) {
      counts.add(ids(4, 2, 7), weights(4, 2), labels(4, 2));
      assertThatThrownBy(
              () -> {
                counts.add(ids, weights, labels);
                counts.counts();
              })
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(words[0])
          .hasMessageContaining(words[1])
          .hasMessageContaining(counting.deferred() ? "batch 2 " : "of the batch");
      assertThatThrownBy(counts::counts).isInstanceOf(RuntimeException.class);
      counts.clear();
      assertEqual("cleared", counts.counts(), torch.zeros(7, 2));
      counts.add(ids(4, 2, 7), weights(4, 2), labels(4, 2));
      assertThat(counts.samples()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void tellOfGivenWeightsThatOverflow(Implementation counting) {
    Tensor full = torch.full(new long[] {1, 1}, new Scalar(0x1p26f));
    Tensor label = Tensor.create(new long[] {0});
    for (double last : new double[] {0x1p26 - 8, 0x1p26, 1e30}) {
      try (JointCounts counts = counting.counts(3, 1, random)) {
        for (long source : new long[] {0, 1, 1}) { // more than a cell holds, in two of them
          Tensor weight =
              source == 0 ? full : full.mul(new Scalar(0.5f)); // 2^26 of each source label
          counts.add(Tensor.create(new long[] {source}).reshape(1, 1), weight, label);
        }
        assertThat(counts.counts().sum().item_double()).isEqualTo(0x1p27);
        Tensor added = torch.full(new long[] {1, 1}, new Scalar(last)).to(ScalarType.Float);
        Tensor id = Tensor.create(new long[] {1}).reshape(1, 1);
        if (last < 0x1p26) {
          counts.add(id, added, label);
          assertThat(counts.counts().max().item_double()).isEqualTo(0x1p27 - 8);
        } else {
          assertThatThrownBy(
                  () -> {
                    counts.add(id, added, label);
                    counts.counts();
                  })
              .isInstanceOf(IllegalStateException.class)
              .hasMessage(Words.OVERFLOW);
        }
      }
      try (JointCounts counts = counting.counts(1, 1, random)) { // a cell that weights have filled
        Tensor id = Tensor.create(new long[] {0}).reshape(1, 1);
        counts.add(id, torch.full(new long[] {1, 1}, new Scalar(0x1p27f - 8)), label);
        counts.addTopK(torch.zeros(7, 1), torch.zeros(7).to(ScalarType.Long), 1);
        assertThat(counts.counts().item_double()).isEqualTo(MOST_SAMPLES);
        assertThatThrownBy(
                () -> {
                  counts.addTopK(torch.zeros(1, 1), label, 1);
                  counts.counts();
                })
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(Words.OVERFLOW);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void refuseWeightsThatDoNotFit(Implementation counting) {
    Tensor ids = ids(3, 2, 6);
    Tensor weights = weights(3, 2);
    Tensor labels = labels(3, 4);
    try (JointCounts counts = counting.counts(6, 4, random)) {
      assertAddDoesNotFit(counts, ids.to(ScalarType.Int), weights, labels);
      assertAddDoesNotFit(counts, ids.reshape(-1), weights.reshape(-1), labels);
      assertAddDoesNotFit(counts, ids.narrow(1, 0, 0), weights.narrow(1, 0, 0), labels);
      assertAddDoesNotFit(counts, ids, weights.narrow(1, 0, 1), labels);
      assertAddDoesNotFit(counts, ids, weights.narrow(0, 0, 1), labels);
      assertAddDoesNotFit(counts, ids, weights.to(ScalarType.Double), labels);
      assertAddDoesNotFit(counts, ids, weights.to(ScalarType.Half), labels);
      assertAddDoesNotFit(counts, ids, weights, labels.narrow(0, 0, 2));
      assertAddDoesNotFit(counts, ids, weights, labels.to(ScalarType.Int));
      assertAddDoesNotFit(counts, new Tensor(), weights, labels);
      assertAddDoesNotFit(counts, ids, new Tensor(), labels);
      assertAddDoesNotFit(counts, ids, weights, new Tensor());
      Device meta = new Device("meta");
      assertAddDoesNotFit(counts, ids.to(meta, ScalarType.Long), weights, labels);
      assertAddDoesNotFit(counts, ids, weights.to(meta, ScalarType.Float), labels);
      counts.add(ids, weights, labels); // none of these has spoiled the counts
      assertThat(counts.samples()).isEqualTo(3);
    }
  }

  private static void assertAddDoesNotFit(
      JointCounts counts, Tensor ids, Tensor weights, Tensor labels) {
    assertThatThrownBy(() -> counts.add(ids, weights, labels))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Tensor ids(int rows, int k, int sources) {
    return Tensor.create(random.longs((long) rows * k, 0, sources).toArray()).reshape(rows, k);
  }

  /** From none to many, with more digits than a sum has. */
  private Tensor weights(int rows, int k) {
    float[] values = new float[rows * k];
    float[] sizes = {0, 1e-20f, 1e-6f, 1, 1000};
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * sizes[random.nextInt(sizes.length)];
    }
    return Tensor.create(values).reshape(rows, k);
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void refuseTensorsThatAreNoMore(Implementation counting) {
    Tensor logits = logits(3, 6, false);
    Tensor labels = labels(3, 4);
    JointCounts counts = counting.counts(6, 4, random);
    try (counts) {
      Tensor closed = logits.clone();
      closed.close();
      assertThatThrownBy(() -> counts.addArgmax(closed, labels))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> counts.addArgmax(logits, null))
          .isInstanceOf(NullPointerException.class);
      assertDoesNotFit(counts, new Tensor(), labels);
      assertDoesNotFit(counts, logits, new Tensor());
      assertDoesNotFit(counts, logits.narrow(0, 0, 0), new Tensor());
      counts.addArgmax(logits, labels);
    }
    assertThatThrownBy(() -> counts.addArgmax(logits, labels))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(counts::counts).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void refuseWhatDoesNotFit(Implementation counting) {
    Tensor logits = logits(3, 6, false);
    Tensor labels = labels(3, 4);
    try (JointCounts counts = counting.counts(6, 4, random)) {
      for (int k : new int[] {0, -1, 7}) {
        assertThatThrownBy(() -> counts.addTopK(logits, labels, k))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("[1, 6]");
      }
      assertDoesNotFit(counts, logits(3, 5, false), labels);
      assertDoesNotFit(counts, logits(4, 6, false), labels);
      assertDoesNotFit(counts, logits.reshape(-1), labels);
      assertDoesNotFit(counts, logits.to(ScalarType.Double), labels);
      assertDoesNotFit(counts, logits.to_sparse(), labels);
      assertDoesNotFit(counts, logits.to(new Device("meta"), ScalarType.Float), labels);
      assertDoesNotFit(counts, logits.to(ScalarType.ComplexFloat), labels);
      assertDoesNotFit(counts, logits.reshape(3, 6, 1), labels);
      assertDoesNotFit(counts, logits, labels.to(ScalarType.Int));
      assertDoesNotFit(counts, logits, labels.to(ScalarType.Float));
      assertDoesNotFit(counts, logits, labels.to(new Device("meta"), ScalarType.Long));
      assertDoesNotFit(counts, logits, labels.reshape(3, 1));
      counts.addArgmax(logits, labels); // none of these has spoiled the counts
      assertThat(counts.samples()).isEqualTo(3);
    }
  }

  private static void assertDoesNotFit(JointCounts counts, Tensor logits, Tensor labels) {
    assertThatThrownBy(() -> counts.addArgmax(logits, labels))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> counts.addTopK(logits, labels, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void doNotMixPredictionsAndProbabilities(Implementation counting) {
    Tensor logits = logits(3, 6, false);
    Tensor labels = labels(3, 4);
    try (JointCounts counts = counting.counts(6, 4, random)) {
      counts.addArgmax(logits, labels);
      assertThatThrownBy(() -> counts.addTopK(logits, labels, 2))
          .isInstanceOf(IllegalStateException.class);
      counts.clear();
      assertThat(counts.samples()).isZero();
      assertEqual("cleared", counts.counts(), torch.zeros(6, 4).to(ScalarType.Long));
      counts.addTopK(logits, labels, 2);
      assertThatThrownBy(() -> counts.addArgmax(logits, labels))
          .isInstanceOf(IllegalStateException.class);
      assertThat(counts.samples()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void handOutSnapshots(Implementation counting) {
    for (int sources : new int[] {1, 6}) { // of one source label the transpose is no copy
      try (JointCounts counts = counting.counts(sources, 4, random)) {
        counts.addArgmax(logits(3, sources, false), labels(3, 4));
        Tensor before = counts.counts();
        Tensor copy = before.clone();
        counts.addArgmax(logits(3, sources, false), labels(3, 4));
        assertEqual("snapshot", before, copy);
      }
    }
  }

  static List<Implementation> fastImplementations() {
    return implementations().stream().filter(counting -> !counting.emulated()).toList();
  }

  @ParameterizedTest
  @MethodSource("fastImplementations")
  void leaveNoNativeMemory(Implementation counting) {
    try (JointCounts counts = counting.counts(9, 4, random)) {
      NativeMemory.assertFlat(
          "counting",
          () -> {
            counts.addTopK(logits(8, 9, true), labels(8, 4), 3);
            counts.counts();
            counts.clear();
            counts.addArgmax(logits(8, 9, true), labels(8, 4));
            counts.clear();
            counts.add(ids(8, 2, 9), weights(8, 2), labels(8, 4));
            counts.counts();
            counts.clear();
          });
    }
  }

  private Tensor logits(int rows, int sources, boolean ties) {
    float[] values = new float[rows * sources];
    for (int i = 0; i < values.length; i++) {
      values[i] = ties ? random.nextInt(3) : (float) (4 * random.nextGaussian());
    }
    return values.length == 0
        ? torch.zeros(rows, sources)
        : Tensor.create(values).reshape(rows, sources);
  }

  private Tensor labels(int rows, int targets) {
    return rows == 0
        ? torch.zeros(0).to(ScalarType.Long)
        : Tensor.create(random.longs(rows, 0, targets).toArray());
  }
}
