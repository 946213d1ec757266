package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.reprise.budget.Budget;

/**
 * Reads Thrift's compact protocol, as Parquet's metadata are written, against what the caller wants
 * of it: fields that nobody takes are passed over and leave nothing in memory.
 */
final class Thrift {
  private static final int MOST_DEPTH = 32;
  private static final int TRUE = 1;
  private static final int FALSE = 2;
  private static final int BYTE = 3;
  private static final int DOUBLE = 7;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int SET = 10;
  private static final int MAP = 11;
  private static final int STRUCT = 12;

  private final ByteBuffer bytes;
  private final Budget budget;
  private int type; // of the value that comes next
  private int depth;

  /**
   * Begins to read.
   *
   * @param bytes read from its position on
   * @param budget charged with what is kept
   */
  Thrift(ByteBuffer bytes, Budget budget) {
    this.bytes = bytes;
    this.budget = budget;
  }

  /** Takes the fields of a struct that it wants. */
  interface Fields {

    /**
     * Reads a field, or not.
     *
     * @param id its number
     * @return whether it was read; false where it is to be passed over
     */
    boolean take(int id) throws IOException;
  }

  /** Reads an element of a list. */
  interface Element {
    void read() throws IOException;
  }

  /** Reads a struct at the top. */
  void top(Fields fields) throws IOException {
    try {
      fields(fields);
    } catch (BufferUnderflowException e) {
      throw new MalformedException("the metadata end within a value");
    }
  }

  /** Reads the struct that comes next. */
  void struct(Fields fields) throws IOException {
    require(type == STRUCT, "a struct");
    fields(fields);
  }

  private void fields(Fields fields) throws IOException {
    if (++depth > MOST_DEPTH) {
      throw new MalformedException("metadata nested more than " + MOST_DEPTH + " deep");
    }
    int id = 0;
    while (true) {
      int header = bytes.get() & 0xff;
      if ((header & 0x0f) == 0) {
        break;
      }
      id = header >>> 4 == 0 ? (int) zigzag() : id + (header >>> 4);
      if (id < 1) {
        throw new MalformedException("a field of number " + id);
      }
      type = header & 0x0f;
      if (!fields.take(id)) {
        skip(header & 0x0f);
      }
    }
    depth--;
  }

  /** Reads the list that comes next, of structs or texts or numbers as the element is read. */
  void list(Element element) throws IOException {
    require(type == LIST || type == SET, "a list");
    int header = bytes.get() & 0xff;
    int size = size(header);
    for (int i = 0; i < size; i++) {
      type = header & 0x0f;
      element.read();
    }
  }

  /** Reads the integer that comes next. */
  long number() throws IOException {
    require(type >= BYTE && type < DOUBLE, "a number");
    return type == BYTE ? bytes.get() : zigzag();
  }

  /** Reads the boolean that comes next, a struct's field. */
  boolean flag() throws IOException {
    require(type == TRUE || type == FALSE, "a boolean");
    return type == TRUE;
  }

  /** Reads the text that comes next. */
  String text() throws IOException {
    require(type == BINARY, "a text");
    int length = count(varint());
    budget.charge(Budget.TEXT + 2L * length);
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private void skip(int kind) throws IOException {
    switch (kind) {
      case TRUE, FALSE -> {} // a field's value stands in its header
      case BYTE -> bytes.get();
      case 4, 5, 6 -> varint();
      case DOUBLE -> bytes.getLong();
      case BINARY -> pass(count(varint()));
      case LIST, SET -> {
        int header = bytes.get() & 0xff;
        skipMany(header & 0x0f, size(header));
      }
      case MAP -> {
        int size = count(varint());
        int kinds = size == 0 ? 0 : bytes.get() & 0xff;
        for (int i = 0; i < size; i++) {
          skipMany(kinds >>> 4, 1);
          skipMany(kinds & 0x0f, 1);
        }
      }
      case STRUCT -> fields(id -> false);
      default -> throw new MalformedException("metadata of unknown type " + kind);
    }
  }

  private void skipMany(int kind, int size) throws IOException {
    if (++depth > MOST_DEPTH) {
      throw new MalformedException("metadata nested more than " + MOST_DEPTH + " deep");
    }
    if (kind == TRUE || kind == FALSE || kind == BYTE) { // a byte each within a list
      pass(size);
    } else {
      for (int i = 0; i < size; i++) {
        skip(kind);
      }
    }
    depth--;
  }

  private void pass(int length) {
    bytes.position(bytes.position() + length);
  }

  private int size(int header) throws IOException {
    return count(header >>> 4 == 15 ? varint() : header >>> 4);
  }

  /** Every element takes at least a byte, so there are never more than bytes left. */
  private int count(long size) throws IOException {
    if (size < 0 || size > bytes.remaining()) {
      throw new MalformedException(
          "a length of " + size + " where " + bytes.remaining() + " bytes are left");
    }
    return (int) size;
  }

  private long varint() throws IOException {
    return Varint.read(bytes, 10);
  }

  private long zigzag() throws IOException {
    return Varint.zigzag(varint());
  }

  private static void require(boolean is, String what) throws IOException {
    if (!is) {
      throw new MalformedException("metadata of another type where " + what + " belongs");
    }
  }
}
