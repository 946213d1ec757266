package org.reprise.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reprise.budget.Budget;

/** Names that are not listed: refused, or kept as names where the caller asks for it. */
class OpaqueTest {
  private static final Globals OPAQUE = Globals.NUMPY.withOpaque();

  private static Object read(String pickle, Globals globals) throws PickleException {
    byte[] bytes = pickle.getBytes(StandardCharsets.ISO_8859_1);
    return PickleReader.read(ByteBuffer.wrap(bytes), "some.pkl", globals);
  }

  @Test
  void whateverWouldBeMadeIsAName() throws PickleException {
    Opaque expected = new Opaque("some.Thing");
    for (String pickle :
        List.of(
            "csome\nThing\n.",
            "csome\nThing\n)R.",
            "csome\nThing\n)\u0081.",
            "csome\nThing\n)}\u0092.",
            "(isome\nThing\n.",
            "(csome\nThing\no.",
            "csome\nThing\n)R}b.",
            "csome\nThing\n)RK\u0001a.",
            "csome\nThing\n)R(K\u0001\u0090.",
            "csome\nThing\n)RK\u0001\u0085R.")) {
      assertThat(read(pickle, OPAQUE)).as(pickle).isEqualTo(expected);
      assertThatThrownBy(() -> read(pickle, Globals.NUMPY))
          .as(pickle)
          .isInstanceOf(PickleException.class)
          .hasMessageContaining("some.Thing");
    }
    assertThat(read("\u0082\u0007.", OPAQUE)).isEqualTo(new Opaque("extension 7"));
  }

  /** As pickles of a subclass of dict have it; the second object is another than the first. */
  @Test
  void whatIsGivenEntriesIsTheDictOfThem() throws PickleException {
    assertThat(
            read("(csome\nDict\nq\u0000)\u0081q\u0001U\u0001aK\u0001s}bh\u0000)Rh\u0001l.", OPAQUE))
        .isEqualTo(List.of(Map.of("a", 1L), new Opaque("some.Dict"), Map.of("a", 1L)));
    assertThatThrownBy(() -> read("csome\nDict\n)RK\u0001K\u0002s.", Globals.NUMPY))
        .hasMessageContaining("some.Dict");
  }

  @Test
  void textsAndDtypesOfNumpyArePlainOrNames() throws PickleException {
    String dtype = "cnumpy\ndtype\nU\u0003%sK\u0000K\u0001\u0087R";
    String scalar = "cnumpy.core.multiarray\nscalar\n" + dtype + "U\u0008%s\u0086R.";
    String little = "\u00e9\u0000\u0000\u0000\u0000\u0000\u0000\u0000";
    for (Globals globals : List.of(Globals.NUMPY, OPAQUE)) {
      assertThat(read(String.format(scalar, "<U2", little), globals)).isEqualTo("\u00e9");
    }
    assertThat(read(String.format(scalar, ">U2", "\0\0\0a\0\1\u00f6\0"), OPAQUE))
        .isEqualTo("a\ud83d\ude00");
    assertThat(read(String.format(scalar, "<U2", "\u00ff".repeat(8)), OPAQUE))
        .isEqualTo(new Opaque("numpy dtype '<U2'"));
    String array =
        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\u0000\u0085U\u0001b\u0087R"
            + "(K\u0001K\u0004\u0085"
            + String.format(dtype, "|S2")
            + "\u0089U\u0008ab\0\0c\0\0\0tb.";
    assertThat(((List<?>) read(array, OPAQUE)).toArray())
        .isEqualTo(new Object[] {bytes("ab"), bytes(""), bytes("c"), bytes("")});
    assertThat(String.valueOf(read(String.format(dtype, "|f4") + ".", OPAQUE)))
        .isEqualTo("numpy dtype '|f4'");
    assertThatThrownBy(() -> read(String.format(dtype, "|f4") + ".", Globals.NUMPY))
        .hasMessageContaining("a numpy dtype stands where a value is expected");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void setsCountersAndDefaultDictsArePlainValues() throws PickleException {
    assertThat(read("c__builtin__\nset\n](K\u0001K\u0002e\u0085R.", Globals.PLAIN))
        .isEqualTo(List.of(1L, 2L));
    assertThat(read("cbuiltins\nfrozenset\n](K\u0001e\u0085R.", Globals.PLAIN))
        .isEqualTo(List.of(1L));
    assertThat(read("\u008f(K\u0001K\u0002\u0090.", Globals.PLAIN)).isEqualTo(List.of(1L, 2L));
    assertThat(read("(K\u0001K\u0002\u0091.", Globals.PLAIN)).isEqualTo(List.of(1L, 2L));
    assertThat(read("ccollections\nCounter\n}U\u0001aK\u0002s\u0085R.", Globals.PLAIN))
        .isEqualTo(Map.of("a", 2L));
    assertThat(
            read(
                "ccollections\ndefaultdict\nc__builtin__\nlist\n\u0085R(U\u0001a]u.",
                Globals.PLAIN))
        .isEqualTo(Map.of("a", List.of()));
  }

  @Test
  void keysOfOtherKindsBecomeTexts() throws PickleException {
    String dict =
        "}(K\u0000K\u0001\u0086U\u0001aK\u0000K\u0001\u0086U\u0001bcx\nY\nU\u0001c]U\u0001du.";
    assertThat(read(dict, OPAQUE))
        .isEqualTo(Map.of("(0, 1)", "a", "(0, 1) #1", "b", "an object of x.Y", "c", "a list", "d"));
    assertThatThrownBy(() -> read("}])s.", Globals.NUMPY)).hasMessageContaining("keys of a dict");
  }

  @Test
  void anArrayOfOtherThingsThanNumbersIsANameWhereverItStands() throws PickleException {
    String array =
        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\u0000\u0085U\u0001b\u0087Rq\u0005"
            + "(K\u0001K\u0002\u0085cnumpy\ndtype\nU\u0002O8K\u0000K\u0001\u0087R\u0089](NNetb";
    Opaque expected = new Opaque("numpy dtype 'O8'");
    assertThat(read("(" + array + "h\u0005t.", OPAQUE)).isEqualTo(List.of(expected, expected));
    assertThatThrownBy(() -> read(array + ".", Globals.NUMPY)).hasMessageContaining("O8");
    assertThat(
            read(
                "cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nU\u0002U3K\u0000K\u0001\u0087R"
                    + "U\u0004abcd\u0086R.",
                OPAQUE))
        .isEqualTo(new Opaque("numpy dtype 'U3'"));
  }

  @Test
  void onePickleMaySpendWhatTheFilesBudgetHasLeft() throws Exception {
    Budget budget = Budget.of(10_000);
    byte[] bytes = ("(" + "U\u0001a".repeat(50) + "l.").getBytes(StandardCharsets.ISO_8859_1);
    PickleReader.read(ByteBuffer.wrap(bytes), "x", Globals.PLAIN, budget);
    long once = budget.spent();
    assertThat(once).isPositive();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10_000 / once + 1; i++) {
                PickleReader.read(ByteBuffer.wrap(bytes), "x", Globals.PLAIN, budget);
              }
            })
        .isInstanceOf(PickleException.class)
        .hasMessageContaining("unfolds to more than 10,000 bytes");
    assertThat(budget.spent()).isLessThanOrEqualTo(10_000);
  }
}
