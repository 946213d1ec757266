package org.reprise.datasets.matlab;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Writes MATLAB 5 files as the format's description lays them out, in either byte order. */
final class MatWriter {
  private final ByteOrder order;
  private final boolean isCompressed;
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  MatWriter(ByteOrder order, boolean isCompressed) {
    this.order = order;
    this.isCompressed = isCompressed;
    byte[] header = new byte[128];
    Arrays.fill(header, 0, 116, (byte) ' ');
    ByteBuffer.wrap(header)
        .order(order)
        .putShort(124, (short) 0x0100)
        .putShort(126, (short) 0x4d49);
    file.writeBytes(header);
  }

  /** Adds an array; {@code kind} is MATLAB's class and {@code type} how the values are stored. */
  MatWriter array(String name, int kind, int type, byte[] values, int... shape) {
    ByteArrayOutputStream matrix = new ByteArrayOutputStream();
    element(matrix, 6, buffer(8).putInt(kind).putInt(0).array());
    byte[] dimensions = new byte[4 * shape.length];
    Arrays.stream(shape).forEach(ByteBuffer.wrap(dimensions).order(order)::putInt);
    element(matrix, 5, dimensions);
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    if (text.length <= 4) {
      matrix.writeBytes(
          buffer(8).putInt(text.length << 16 | 1).put(Arrays.copyOf(text, 4)).array());
    } else {
      element(matrix, 1, text);
    }
    element(matrix, type, values);
    if (isCompressed) {
      ByteArrayOutputStream inner = new ByteArrayOutputStream();
      element(inner, 14, matrix.toByteArray());
      Deflater deflater = new Deflater();
      deflater.setInput(inner.toByteArray());
      deflater.finish();
      byte[] deflated = new byte[inner.size() * 11 / 10 + 1000];
      int length = deflater.deflate(deflated);
      deflater.end();
      file.writeBytes(buffer(8).putInt(15).putInt(length).array());
      file.write(deflated, 0, length);
    } else {
      element(file, 14, matrix.toByteArray());
    }
    return this;
  }

  private void element(ByteArrayOutputStream target, int type, byte[] data) {
    target.writeBytes(buffer(8).putInt(type).putInt(data.length).array());
    target.writeBytes(Arrays.copyOf(data, (data.length + 7) / 8 * 8));
  }

  private ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(order);
  }

  byte[] bytes() {
    return file.toByteArray();
  }
}
