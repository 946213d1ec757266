package org.reprise.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pickles that nobody means well with. */
class HostilePicklesTest {

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Object read(String pickle) throws PickleException {
    return read(latin1(pickle));
  }

  private static Object read(byte[] pickle) throws PickleException {
    return PickleReader.read(ByteBuffer.wrap(pickle), "evil.pkl", Globals.NUMPY);
  }

  private static void refused(String pickle, String... messages) {
    refused(latin1(pickle), messages);
  }

  private static void refused(byte[] pickle, String... messages) {
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            assertThatThrownBy(() -> read(pickle))
                .isInstanceOf(PickleException.class)
                .hasMessageContaining("evil.pkl: byte ")
                .hasMessageContainingAll(messages));
  }

  @ParameterizedTest
  @CsvSource({"os,system", "posix,system", "builtins,eval", "__builtin__,exec", "subprocess,Popen"})
  void callsAreRefusedByName(String module, String name) {
    refused("c" + module + "\n" + name + "\n(S'echo hi'\ntR.", module + "." + name);
    refused("(S'echo hi'\ni" + module + "\n" + name + "\n.", module + "." + name);
    refused(
        "\u0080\u0004\u008c"
            + (char) module.length()
            + module
            + "\u008c"
            + (char) name.length()
            + name
            + "\u0093)R.",
        module + "." + name);
  }

  @Test
  void objectsOfAClassAreRefused() {
    refused("(cos\nsystem\no.", "os.system");
    refused("ccollections\nOrderedDict\n)}\u0092.", "opcode 0x92");
    refused("]}b.", "state");
    refused("cnumpy\nndarray\n)R.", "not to be called");
    refused("\u0082\u0001.", "opcode 0x82");
    refused("I1\nQ.", "outside the file");
    refused("P1\n.", "outside the file");
    refused("\u0080\u0006.", "protocol 6");
  }

  @Test
  void lengthsAreCheckedBeforeMemoryIsTaken() {
    for (String start :
        List.of(
            "B\u00ff\u00ff\u00ff\u007f",
            "X\u00ff\u00ff\u00ff\u00ff",
            "T\u00ff\u00ff\u00ff\u007f")) {
      refused(start + "abc", "are left");
    }
    String huge = "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f";
    for (String opcode : List.of("\u008e", "\u0096", "\u008d", "\u0095")) {
      refused(opcode + huge + "abc", "are left");
      refused(opcode + "\u00ff".repeat(8) + "abc", "negative");
    }
    refused("\u008b\u00ff\u00ff\u00ff\u007fabc", "integer of");
    refused("I" + "9".repeat(5000) + "\n.", "5000");
  }

  @Test
  void deepNestingAndCyclesAreRefused() {
    refused("]".repeat(500) + "a".repeat(499) + ".", "nested");
    refused(")" + "\u0085".repeat(100_000) + ".", "nested");
    refused("]q\u0000h\u0000a.", "contains itself");
    refused("}q\u0000K\u0001h\u0000s.", "contains itself");
  }

  @Test
  void nestingWithinTheLimitIsRead() throws PickleException {
    Object value = read("]".repeat(100) + "a".repeat(99) + ".");
    int depth = 1;
    for (Object inner = value; !((List<?>) inner).isEmpty(); inner = ((List<?>) inner).get(0)) {
      depth++;
    }
    assertThat(depth).isEqualTo(100);
  }

  @Test
  void listsThatUnfoldWithoutEndAreRefused() {
    StringBuilder bomb = new StringBuilder("(K\u0001tq\u0000");
    for (int level = 1; level < 40; level++) {
      bomb.append('(')
          .append(("h" + (char) (level - 1)).repeat(10))
          .append("tq")
          .append((char) level);
    }
    refused("(" + bomb + "l.", "unfold");
  }

  @Test
  void oneTextTurnedIntoBytesAgainAndAgainIsRefused() throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(latin1("(c_codecs\nencode\nq\u0000X"));
    pickle.write(new byte[] {0, 0, 16, 0}); // 1 MiB
    pickle.write(new byte[1 << 20]);
    pickle.write(latin1("U\u0006latin1\u0086q\u0001"));
    for (int i = 0; i < 1000; i++) {
      pickle.write(latin1("h\u0000h\u0001R"));
    }
    pickle.write(latin1("l."));
    refused(pickle.toByteArray(), "unfolds to more than");
  }

  @Test
  void floodsOfSmallThingsAreRefused() {
    refused("(" + "]".repeat(2_000_000) + "l.", "unfolds to more than", "2,000,003 bytes");
    refused("(" + "U\u0001a".repeat(9_000_000) + "l.", "unfolds to more than");
    refused("(".repeat(8_000_000) + "N.", "");
  }

  @Test
  void damagedStacksAreRefused() {
    for (String pickle :
        List.of(
            ".",
            "N0.",
            "0.",
            "1.",
            "N1.",
            "l.",
            "(N.",
            "NN.",
            "h\u0000.",
            "a.",
            "Na.",
            "]a.",
            "s.",
            "}Ns.",
            "}(Nu.",
            "NNNs.",
            "\u0087.",
            "R.",
            "NR.",
            "N)R.",
            "b.",
            "Nb.",
            "\u0093.",
            "NN\u0093.",
            "Ixyz\n.",
            "Fxyz\n.",
            "Sabc\n.",
            "S'\\\n.",
            "S'\\q'\n.",
            "V\\u12\n.",
            "pxyz\n.",
            "}]Ns.",
            "U\u0005abc",
            "cnumpy\ndtype\n(U\u0002O8tR.",
            "cnumpy\ndtype\n(U\u0002f4tR.",
            "cnumpy.core.multiarray\n_reconstruct\n)R.",
            "ccollections\nOrderedDict\n(NtR.",
            "c_codecs\nencode\n(VAA\nVkoi8\ntR.")) {
      refused(pickle, "");
    }
  }

  @Test
  void arraysMustFitTheirBytes() {
    String array = "cnumpy.core.multiarray\n_reconstruct\n)R";
    String dtype = "cnumpy\ndtype\n(U\u0002f4tR";
    refused(array + "(K\u0001(K\u0003t" + dtype + "I00\nU\u0004abcdtb.", "4 bytes of data");
    refused(
        array
            + "(K\u0001(J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007ft"
            + dtype
            + "I00\nU\u0004abcdtb.",
        "bytes of data");
    refused(array + "(K\u0001(J\u00ff\u00ff\u00ff\u00fft" + dtype + "I00\nU\u0000tb.", "shape");
    refused(array + "(K\u0001)" + dtype + "I00\n]tb.", "are bytes");
  }

  @Test
  void python2StringsKeepTheirBytes() throws PickleException {
    Map<?, ?> map =
        (Map<?, ?>) read("(dU\u0004dataU\u0003\u0000\u00ff\u0080sS'k\\xe9\\n'\nI01\ns.");
    assertThat(map.get("data")).isEqualTo("\u0000\u00ff\u0080");
    assertThat(map.get("k\u00e9\n")).isEqualTo(true);
  }

  @Test
  void aStreamHoldsOnePickle() {
    assertThatThrownBy(
            () ->
                PickleReader.read(
                    new ByteArrayInputStream(latin1("N.N.")), "two.pkl", Globals.PLAIN))
        .isInstanceOf(PickleException.class)
        .hasMessageContaining("two.pkl: byte 2: 2 bytes too many");
  }
}
