package org.reprise.tracking.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * A message of protocol buffers while it is written: fields by number, in the wire format that <a
 * href="https://protobuf.dev/programming-guides/encoding/">protobuf.dev</a> describes.
 */
final class Message {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Message integer(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  Message number(int field, double value) {
    tag(field, FIXED64);
    little(Double.doubleToRawLongBits(value), Double.BYTES);
    return this;
  }

  Message single(int field, float value) {
    tag(field, FIXED32);
    little(Float.floatToRawIntBits(value), Float.BYTES);
    return this;
  }

  /** Writes a repeated double, packed. */
  Message numbers(int field, List<Double> values) {
    tag(field, LENGTH);
    varint((long) values.size() * Double.BYTES);
    for (double value : values) {
      little(Double.doubleToRawLongBits(value), Double.BYTES);
    }
    return this;
  }

  Message bytes(int field, byte[] value) {
    tag(field, LENGTH);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  Message text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  Message message(int field, Message value) {
    return bytes(field, value.toBytes());
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void tag(int field, int type) {
    varint(((long) field << 3) | type);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  private void little(long value, int length) {
    for (int i = 0; i < length; i++) {
      bytes.write((int) (value >>> (Byte.SIZE * i)));
    }
  }
}
