package org.reprise.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives of torch.save, put together by hand: a character of a pickle stands for a byte. */
final class MadeTorchFile implements AutoCloseable {
  private final ZipOutputStream zip;

  MadeTorchFile(Path file) throws IOException {
    OutputStream stream = Files.newOutputStream(file);
    zip = new ZipOutputStream(stream);
  }

  /** Adds an entry as it is. */
  MadeTorchFile stored(String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 sum = new CRC32();
    sum.update(content);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
    return this;
  }

  /** Adds an entry packed by deflate, of a block again and again. */
  MadeTorchFile packed(String name, byte[] block, int times) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    for (int i = 0; i < times; i++) {
      zip.write(block);
    }
    zip.closeEntry();
    return this;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  static byte[] bytes(String pickle) {
    return pickle.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String little(long value, int bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
    return new String(buffer.array(), 0, bytes, StandardCharsets.ISO_8859_1);
  }

  /** A text. */
  static String text(String value) {
    return "X" + little(value.length(), 4) + value;
  }

  /** An integer. */
  static String integer(long value) {
    return "\u008a\u0008" + little(value, 8);
  }

  /** A reference to a storage. */
  static String storage(String key, long elements, String type) {
    return "("
        + text("storage")
        + "ctorch\n"
        + type
        + "\n"
        + text(key)
        + text("cpu")
        + integer(elements)
        + "tQ";
  }

  /** A tensor of one dimension that is a view of a storage of floats. */
  static String tensor(String key, long elements, long offset, long size) {
    return "ctorch._utils\n_rebuild_tensor_v2\n("
        + storage(key, elements, "FloatStorage")
        + integer(offset)
        + integer(size)
        + "\u0085"
        + integer(1)
        + "\u0085\u0089ccollections\nOrderedDict\n)RtR";
  }

  /** A dict of names and values in turn. */
  static String dict(String... entries) {
    StringBuilder dict = new StringBuilder("}(");
    for (int i = 0; i < entries.length; i += 2) {
      dict.append(text(entries[i])).append(entries[i + 1]);
    }
    return dict.append('u').toString();
  }
}
