package org.reprise.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightMatchTest {

  private static Map<String, long[]> wanted() {
    Map<String, long[]> wanted = new LinkedHashMap<>();
    wanted.put("0.weight", new long[] {2, 3, 3, 3});
    wanted.put("1.weight", new long[] {2});
    wanted.put("1.bias", new long[] {2});
    wanted.put("1.running_mean", new long[] {2});
    wanted.put("1.running_var", new long[] {2});
    wanted.put("1.num_batches_tracked", new long[] {});
    wanted.put("3.weight", new long[] {4, 8});
    wanted.put("3.bias", new long[] {4});
    return wanted;
  }

  @Test
  void whatFitsIsExact() throws IOException {
    StateDict dict = StateDict.open(StateDictTest.file("state-zip.pth"));
    WeightMatch match = WeightMatch.of(dict, wanted());
    assertThat(match.isExact()).isTrue();
    assertThat(match.matching()).containsExactlyElementsOf(wanted().keySet());
    assertThat(match.table()).isEmpty();
    match.requireExact("a", "b");
  }

  @Test
  void everythingThatDiffersIsListedAtOnce() throws IOException {
    StateDict dict = StateDict.open(StateDictTest.file("state-zip.pth"));
    Map<String, long[]> wanted = wanted();
    wanted.remove("3.bias");
    wanted.put("fc.bias", new long[] {4});
    wanted.put("3.weight", new long[] {10, 8});

    WeightMatch match = WeightMatch.of(dict, wanted);

    assertThat(match.isExact()).isFalse();
    assertThat(match.missing()).containsExactly("fc.bias [4]");
    assertThat(match.unexpected()).containsExactly("3.bias [4]");
    assertThat(match.misshaped()).containsExactly("3.weight wanted [10, 8], found [4, 8]");
    assertThatThrownBy(() -> match.requireExact("some.pth", "tiny"))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            "some.pth does not fit tiny: 6 tensors fit, 1 are missing, 1 unexpected, 1 mis-shaped",
            "missing      unexpected",
            "fc.bias [4]  3.bias [4]",
            "3.weight wanted [10, 8], found [4, 8]",
            "strict: false");
  }

  @Test
  void aPrefixThatAllNamesLackIsNamed() {
    List<String> wanted = List.of("a.weight [2]", "b [3]");
    assertThatThrownBy(() -> differing(wanted, "x", "m.e.a.weight [2]", "m.e.b [3]"))
        .hasMessageContaining("the file has all that is missing behind \"m.e.\"");
    for (String[] others :
        new String[][] {{"m.a.weight [2]", "m.b [4]"}, {"ma.weight [2]", "mb [3]"}, {}}) {
      assertThatThrownBy(() -> differing(wanted, others))
          .isInstanceOf(WeightsException.class)
          .hasMessageNotContainingAny("behind");
    }
  }

  private static void differing(List<String> missing, String... unexpected)
      throws WeightsException {
    new WeightMatch(List.of(), missing, List.of(unexpected), List.of()).requireExact("f", "net");
  }

  @Test
  void longListsAreShortened() throws IOException {
    StateDict dict = StateDict.open(StateDictTest.file("state-zip.pth"));
    Map<String, long[]> wanted = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      wanted.put("layer." + i, new long[] {1});
    }
    assertThat(WeightMatch.of(dict, wanted).table()).contains("... and 80 more").hasLineCount(22);
  }
}
