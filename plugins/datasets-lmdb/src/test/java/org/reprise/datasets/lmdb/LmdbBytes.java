package org.reprise.datasets.lmdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes LMDB files of one leaf page, sound or not; and the pickles in them. */
final class LmdbBytes {
  static final int PAGE = 4096;
  private static final int LEAF = 2;
  private static final int OVERFLOW = 4;
  private static final int LONGEST_INLINE = 800;

  private LmdbBytes() {}

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns both meta pages. */
  static byte[] meta(long root, long entries, int pageSize) {
    byte[] bytes = new byte[2 * PAGE];
    ByteBuffer pages = little(bytes);
    for (int i = 0; i < 2; i++) {
      int at = i * PAGE;
      pages.putLong(at, i).putShort(at + 10, (short) 8);
      pages.putInt(at + 16, 0xBEEFC0DE).putInt(at + 20, 1).putInt(at + 40, pageSize);
      pages.putLong(at + 120, entries).putLong(at + 128, root).putLong(at + 144, i);
    }
    return bytes;
  }

  /** Returns a file of the entries, which say how many they are. */
  static byte[] file(Map<String, byte[]> entries, long count) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(meta(2, count, PAGE));
    List<byte[]> longValues = new ArrayList<>();
    file.writeBytes(leaf(entries, longValues));
    longValues.forEach(file::writeBytes);
    return file.toByteArray();
  }

  private static byte[] leaf(Map<String, byte[]> entries, List<byte[]> longValues) {
    byte[] bytes = new byte[PAGE];
    ByteBuffer page = little(bytes);
    int at = PAGE;
    int index = 0;
    int next = 3;
    for (Map.Entry<String, byte[]> entry : new TreeMap<>(entries).entrySet()) {
      byte[] key = entry.getKey().getBytes(ISO_8859_1);
      byte[] value = entry.getValue();
      boolean big = value.length > LONGEST_INLINE;
      at -= 8 + key.length + (big ? 8 : value.length);
      page.putInt(at, value.length).putShort(at + 4, (short) (big ? 1 : 0));
      page.putShort(at + 6, (short) key.length).put(at + 8, key);
      if (big) {
        int pages = (16 + value.length + PAGE - 1) / PAGE;
        byte[] overflow = new byte[pages * PAGE];
        little(overflow)
            .putLong(0, next)
            .putShort(10, (short) OVERFLOW)
            .putInt(12, pages)
            .put(16, value);
        longValues.add(overflow);
        page.putLong(at + 8 + key.length, next);
        next += pages;
      } else {
        page.put(at + 8 + key.length, value);
      }
      page.putShort(16 + 2 * index++, (short) at);
    }
    page.putLong(0, 2).putShort(10, (short) LEAF);
    page.putShort(12, (short) (16 + 2 * index)).putShort(14, (short) at);
    return bytes;
  }

  /** Returns a branch page whose only child is itself. */
  static byte[] loop() {
    byte[] bytes = new byte[PAGE];
    ByteBuffer page = little(bytes);
    page.putLong(0, 2).putShort(10, (short) 1).putShort(12, (short) 18).putShort(14, (short) 4088);
    page.putShort(16, (short) 4088).putInt(4088, 2);
    return bytes;
  }

  /** A pickled integer. */
  static byte[] number(long value) {
    byte[] bytes = new byte[13];
    little(bytes).put(bytes("\u0080\u0002\u008a\u0008")).putLong(value).put((byte) '.');
    return bytes;
  }

  /** A pickled list of one key, as often as wanted. */
  static byte[] keys(String key, int count) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(bytes("\u0080\u0003C" + (char) key.length() + key + "q\u00000]("));
    for (int i = 0; i < count; i++) {
      pickle.writeBytes(bytes("h\u0000"));
    }
    pickle.writeBytes(bytes("e."));
    return pickle.toByteArray();
  }

  /** A pickled tuple of an image file and a label. */
  static byte[] sample(byte[] image, int label) {
    byte[] bytes = new byte[image.length + 11];
    ByteBuffer pickle = little(bytes);
    pickle.put(bytes("\u0080\u0003B")).putInt(image.length).put(image);
    pickle.put(bytes("K")).put((byte) label).put(bytes("\u0086."));
    return bytes;
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
