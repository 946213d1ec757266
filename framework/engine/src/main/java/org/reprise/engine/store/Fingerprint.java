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

  private final MessageDigest digest;

  /**
   * Begins.
   *
   * @param count how many samples there will be
   * @param size of each
   */
  Fingerprint(int count, ImageSize size) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
    digest.update(longs(count, size.height(), size.width()));
  }

  /** Goes on with pixels, in order. */
  void add(ByteBuffer pixels) {
    digest.update(pixels);
  }

  /**
   * Ends.
   *
   * @param labels of all samples
   * @return 64 hexadecimal digits
   */
  String of(int[] labels) {
    digest.update(longs(labels));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the fingerprint of samples in memory. */
  static String of(BytePointer pixels, ImageSize size, int[] labels) {
    Fingerprint fingerprint = new Fingerprint(labels.length, size);
    byte[] chunk = new byte[CHUNK];
    long total = SampleFile.imageBytes(size) * labels.length;
    BytePointer reader = new BytePointer(pixels);
    for (long done = 0; done < total; ) {
      int count = (int) Math.min(CHUNK, total - done);
      reader.position(done).get(chunk, 0, count);
      fingerprint.add(ByteBuffer.wrap(chunk, 0, count));
      done += count;
    }
    return fingerprint.of(labels);
  }

  private static byte[] longs(int... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      buffer.putLong(value);
    }
    return buffer.array();
  }
}
