package org.reprise.backbones.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reprise.api.InvalidInputException;
import org.reprise.testkit.NativeScope;
import org.reprise.testkit.Peer;
import org.reprise.testkit.TensorAssertions;

@ExtendWith(NativeScope.class)
final class TextClustersTest {
  private final long seed = Long.getLong("reprise.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** Groups that lie far apart are found, whatever order their texts come in. */
  @Test
  void groupsThatLieApartAreFound() {
    System.out.println("TextClustersTest: -Dreprise.seed=" + seed);
    int count = 2 + random.nextInt(5);
    List<Integer> planted = new ArrayList<>();
    for (int group = 0; group < count; group++) {
      planted.addAll(Collections.nCopies(1 + random.nextInt(9), group));
    }
    Collections.shuffle(planted, random);
    List<float[]> rows = new ArrayList<>();
    for (int group : planted) {
      float[] row = new float[12];
      for (int d = 0; d < row.length; d++) {
        row[d] = (float) (0.01 * random.nextGaussian() + (d == group ? 1 : 0));
      }
      rows.add(row);
    }
    List<Integer> found = TextClusters.of(tensor(rows), count);
    List<Integer> order = planted.stream().distinct().toList();
    assertThat(found).isEqualTo(planted.stream().map(order::indexOf).toList());
  }

  /** The recorded clusters of a published run are no better than these. */
  @Test
  void noWorseThanTheRecordedOnes() {
    Peer peer = Peer.read("dvp").of("cls");
    String name =
        peer.names("").stream().filter(n -> n.startsWith("text")).findFirst().orElseThrow();
    Tensor texts = peer.get(name).to(ScalarType.Double);
    List<Integer> recorded =
        DoubleStream.of(TensorAssertions.doubles(peer.get("cluster")))
            .mapToObj(value -> (int) value)
            .toList();
    int count = Collections.max(recorded) + 1;
    double theirs = spread(texts, recorded);
    List<Integer> found = TextClusters.of(peer.get(name), count);
    assertThat(found.stream().distinct()).hasSize(count);
    assertThat(spread(texts, found)).isLessThanOrEqualTo(theirs * (1 + 1e-9)).isPositive();
  }

  @Test
  void asManyGroupsAsTextsAndNoMore() {
    Tensor rows = torch.randn(5, 3);
    assertThat(TextClusters.of(rows, 5)).containsExactly(0, 1, 2, 3, 4);
    assertThat(TextClusters.of(rows, 1)).containsOnly(0).hasSize(5);
    Tensor twice = torch.cat(new TensorVector(rows, rows), 0);
    assertThat(TextClusters.of(twice, 5)).containsExactly(0, 1, 2, 3, 4, 0, 1, 2, 3, 4);
    assertThatThrownBy(() -> TextClusters.of(twice, 6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("6 groups were asked for, but only 5 of the texts differ");
  }

  /** The sum of squared distances to the means, computed with libtorch. */
  private static double spread(Tensor texts, List<Integer> groups) {
    double sum = 0;
    for (int group = 0; group <= Collections.max(groups); group++) {
      int wanted = group;
      long[] own =
          IntStream.range(0, groups.size())
              .filter(i -> groups.get(i) == wanted)
              .mapToLong(i -> i)
              .toArray();
      Tensor rows = texts.index_select(0, Tensor.create(own));
      sum += rows.sub(rows.mean(0)).square().sum().item_double();
    }
    return sum;
  }

  private static Tensor tensor(List<float[]> rows) {
    float[] flat = new float[rows.size() * rows.get(0).length];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, flat, i * rows.get(i).length, rows.get(i).length);
    }
    return Tensor.create(flat, rows.size(), rows.get(0).length);
  }
}
