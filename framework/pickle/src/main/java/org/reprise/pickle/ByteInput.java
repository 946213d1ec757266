package org.reprise.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * The bytes of a pickle; every length is checked against what is left, and charged to the file's
 * budget, before memory is taken.
 */
final class ByteInput {
  private static final int SHORT_LINE = 1000;

  private final ByteBuffer bytes;
  private final String place;
  private final Budget budget;
  private int opcodeAt;

  ByteInput(ByteBuffer bytes, String place, Budget budget) {
    this.bytes = bytes;
    this.place = place;
    this.budget = budget;
  }

  /** Returns the next opcode and remembers where it stands. */
  int opcode() throws PickleException {
    opcodeAt = bytes.position();
    return u8();
  }

  PickleException error(String message) {
    return new PickleException(place + ": byte " + opcodeAt + ": " + message);
  }

  PickleException error(String message, Throwable cause) {
    return new PickleException(place + ": byte " + opcodeAt + ": " + message, cause);
  }

  int u8() throws PickleException {
    need(1);
    return bytes.get() & 0xFF;
  }

  int u16() throws PickleException {
    return (int) little(2);
  }

  int i32() throws PickleException {
    return (int) little(4);
  }

  long u32() throws PickleException {
    return little(4);
  }

  long i64() throws PickleException {
    return little(8);
  }

  double bigEndianDouble() throws PickleException {
    need(8);
    return bytes.order(ByteOrder.BIG_ENDIAN).getDouble();
  }

  byte[] take(long count) throws PickleException, BudgetException {
    need(count);
    budget.charge(Budget.TEXT + count);
    byte[] taken = new byte[(int) count];
    bytes.get(taken);
    return taken;
  }

  String utf8(long count) throws PickleException, BudgetException {
    need(count);
    budget.charge(Budget.TEXT + 3 * count); // the decoder's characters, then the text
    ByteBuffer part = bytes.slice(bytes.position(), (int) count);
    bytes.position(bytes.position() + (int) count);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      // lone surrogates, which Python writes with "surrogatepass", come here too
      throw error("a text is not valid UTF-8", e);
    }
  }

  String latin1(long count) throws PickleException, BudgetException {
    need(count);
    if (bytes.hasArray()) { // CIFAR's whole array of pixels is one text: no copy between
      budget.charge(Budget.TEXT + count);
      int at = bytes.arrayOffset() + bytes.position();
      bytes.position(bytes.position() + (int) count);
      return new String(bytes.array(), at, (int) count, StandardCharsets.ISO_8859_1);
    }
    budget.charge(Budget.TEXT + count);
    return new String(take(count), StandardCharsets.ISO_8859_1);
  }

  /** Returns the bytes up to the next line feed, which is skipped. */
  byte[] line() throws PickleException, BudgetException {
    byte[] line = take(lineLength());
    bytes.get();
    return line;
  }

  /** Returns a line that holds a number or a name. */
  String shortLine() throws PickleException, BudgetException {
    int length = lineLength();
    if (length > SHORT_LINE) {
      throw error("a name or number of " + length + " characters");
    }
    return new String(line(), StandardCharsets.UTF_8);
  }

  private int lineLength() throws PickleException {
    for (int at = bytes.position(); at < bytes.limit(); at++) {
      if (bytes.get(at) == '\n') {
        return at - bytes.position();
      }
    }
    throw error("cut off: a line without an end");
  }

  void need(long count) throws PickleException {
    if (count < 0 || count > bytes.remaining()) {
      throw error(
          "cut off: "
              + (count < 0 ? "a negative number of" : Long.toString(count))
              + " bytes are to follow, "
              + bytes.remaining()
              + " are left");
    }
  }

  private long little(int count) throws PickleException {
    need(count);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes.get() & 0xFFL) << (8 * i);
    }
    return value;
  }
}
