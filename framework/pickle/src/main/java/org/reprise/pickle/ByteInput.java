package org.reprise.pickle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle; every length is checked against what is left before memory is taken. */
final class ByteInput {
  private final ByteBuffer bytes;
  private final int start;
  private final String place;
  private int opcodeAt;

  ByteInput(ByteBuffer bytes, String place) {
    this.bytes = bytes;
    this.start = bytes.position();
    this.place = place;
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

  long length() {
    return bytes.limit() - (long) start;
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

  byte[] take(long count) throws PickleException {
    need(count);
    byte[] taken = new byte[(int) count];
    bytes.get(taken);
    return taken;
  }

  String utf8(long count) throws PickleException {
    byte[] taken = take(count);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(taken)).toString();
    } catch (CharacterCodingException e) {
      // lone surrogates, which Python writes with "surrogatepass", come here too
      throw error("a text is not valid UTF-8", e);
    }
  }

  String latin1(long count) throws PickleException {
    return new String(take(count), StandardCharsets.ISO_8859_1);
  }

  /** Returns the bytes up to the next line feed, which is skipped. */
  byte[] line() throws PickleException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = u8(); next != '\n'; next = u8()) {
      line.write(next);
    }
    return line.toByteArray();
  }

  /** Returns a line that holds a number or a name. */
  String shortLine() throws PickleException {
    byte[] line = line();
    if (line.length > 1000) {
      throw error("a name or number of " + line.length + " characters");
    }
    return new String(line, StandardCharsets.UTF_8);
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
