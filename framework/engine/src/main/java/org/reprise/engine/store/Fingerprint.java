package org.reprise.engine.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.bytedeco.javacpp.BytePointer;
import org.reprise.api.data.ImageSize;

/**
 * SHA-256 of decoded samples: count, height, width, all pixels, all labels (int64, low byte first).
 */
final class Fingerprint {
  private static final int CHUNK = 1 << 20;

  private Fingerprint() {}

  static String of(BytePointer pixels, ImageSize size, int[] labels) {
    MessageDigest digest = sha256();
    digest.update(longs(labels.length, size.height(), size.width()));
    byte[] chunk = new byte[CHUNK];
    long total = 3L * size.height() * size.width() * labels.length;
    BytePointer reader = new BytePointer(pixels);
    for (long done = 0; done < total; ) {
      int count = (int) Math.min(CHUNK, total - done);
      reader.position(done).get(chunk, 0, count);
      digest.update(chunk, 0, count);
      done += count;
    }
    digest.update(longs(labels));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static byte[] longs(int... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      buffer.putLong(value);
    }
    return buffer.array();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
