package org.reprise.datasets.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes Parquet files by hand, sound ones and others: an image column and a label column. */
final class ParquetBytes {
  private static final String NAMES =
      "{\"info\":{\"features\":{\"label\":{\"names\":[\"x\",\"y\"],\"_type\":\"ClassLabel\"}}}}";

  private ParquetBytes() {}

  /** A struct of Thrift's compact protocol; fields in ascending order. */
  static final class Struct {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int last;

    private void header(int id, int type) {
      out.write((id - last) << 4 | type);
      last = id;
    }

    Struct number(int id, long value) {
      header(id, 6);
      PackedNumbers.varint(out, value << 1 ^ value >> 63);
      return this;
    }

    Struct text(int id, String text) {
      header(id, 8);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      PackedNumbers.varint(out, bytes.length);
      out.writeBytes(bytes);
      return this;
    }

    Struct struct(int id, Struct value) {
      header(id, 12);
      out.writeBytes(value.bytes());
      return this;
    }

    Struct list(int id, int type, long size, byte[] elements) {
      header(id, 9);
      out.write(0xf0 | type);
      PackedNumbers.varint(out, size);
      out.writeBytes(elements);
      return this;
    }

    Struct list(int id, List<Struct> elements) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      elements.forEach(element -> all.writeBytes(element.bytes()));
      return list(id, 12, elements.size(), all.toByteArray());
    }

    byte[] bytes() {
      byte[] bytes = java.util.Arrays.copyOf(out.toByteArray(), out.size() + 1); // a stop behind
      return bytes;
    }
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A page; {@code kind} 0 for data, 2 for a dictionary. */
  static byte[] page(int kind, long inflated, long values, int encoding, byte[] content) {
    Struct data = new Struct().number(1, values).number(2, encoding);
    Struct header = new Struct().number(1, kind).number(2, inflated).number(3, content.length);
    if (kind == 0) {
      header.struct(5, data.number(3, 3).number(4, 3));
    } else {
      header.struct(7, data);
    }
    return concat(header.bytes(), content);
  }

  static byte[] page(int kind, long values, int encoding, byte[] content) {
    return page(kind, content.length, values, encoding, content);
  }

  static byte[] plain(byte[] value) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + value.length).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putInt(value.length).put(value).array();
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  /** A run of dictionary indices behind their width. */
  static byte[] run(int value, int width, long count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(width);
    PackedNumbers.varint(out, count << 1);
    for (int i = 0; i < (width + 7) / 8; i++) {
      out.write(value >>> (8 * i));
    }
    return out.toByteArray();
  }

  static List<Struct> schema() {
    return List.of(
        new Struct().text(4, "schema").number(5, 2),
        new Struct().number(3, 0).text(4, "image").number(5, 1),
        new Struct().number(1, 6).number(3, 0).text(4, "bytes"),
        new Struct().number(1, 2).number(3, 0).text(4, "label"));
  }

  static Struct column(int type, long offset, long bytes, int codec, int encoding, long values) {
    ByteArrayOutputStream encodings = new ByteArrayOutputStream();
    PackedNumbers.varint(encodings, (long) encoding << 1);
    Struct metadata =
        new Struct()
            .number(1, type)
            .list(2, 5, 1, encodings.toByteArray())
            .number(4, codec)
            .number(5, values)
            .number(6, bytes)
            .number(7, bytes)
            .number(9, offset);
    return new Struct().number(2, 0).struct(3, metadata);
  }

  static Struct group(byte[] images, byte[] labels, int codec, int encoding, long rows) {
    return new Struct()
        .list(
            1,
            List.of(
                column(6, 4, images.length, codec, encoding, rows),
                column(2, 4 + images.length, labels.length, codec, encoding, rows)))
        .number(2, images.length + labels.length)
        .number(3, rows);
  }

  static Struct footer(List<Struct> groups, long rows) {
    return new Struct()
        .number(1, 1)
        .list(2, schema())
        .number(3, rows)
        .list(4, groups)
        .list(5, List.of(new Struct().text(1, "huggingface").text(2, NAMES)));
  }

  static byte[] file(byte[] body, byte[] footer) {
    byte[] mark = "PAR1".getBytes(StandardCharsets.US_ASCII);
    byte[] length =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(footer.length).array();
    return concat(mark, body, footer, length, mark);
  }

  /** A sound file of a few rows with one plain page for each column. */
  static byte[] sound(int rows) {
    byte[] images = new byte[0];
    byte[] labels = new byte[0];
    for (int i = 0; i < rows; i++) {
      images = concat(images, plain(new byte[] {(byte) i, 2, 3}));
      labels = concat(labels, number(i % 2));
    }
    images = page(0, rows, 0, images);
    labels = page(0, rows, 0, labels);
    return file(
        concat(images, labels), footer(List.of(group(images, labels, 0, 0, rows)), rows).bytes());
  }

  /** Rows that are one value, in pages of one run each. */
  static byte[] runs(int rows, int pages, int groups, int index, int width) {
    byte[] images = page(2, 1, 0, plain(new byte[] {1, 2, 3}));
    byte[] labels = page(2, 1, 0, number(1));
    for (int i = 0; i < pages; i++) {
      images = concat(images, page(0, rows, 8, run(index, width, rows)));
      labels = concat(labels, page(0, rows, 8, run(0, 1, rows)));
    }
    Struct group = group(images, labels, 0, 8, (long) rows * pages);
    return file(
        concat(images, labels),
        footer(java.util.Collections.nCopies(groups, group), (long) rows * pages * groups).bytes());
  }
}
