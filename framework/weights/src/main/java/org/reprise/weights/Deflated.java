package org.reprise.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Bytes packed by deflate, which can be unpacked from their start only. An entry that is not large
 * is unpacked once for all tensors that are views of it; of a larger one each reading is a pass of
 * its own.
 *
 * @param packed where the packed bytes are
 * @param length of the bytes once unpacked
 * @param latest of the entry that was unpacked last; one for all entries of a file
 */
record Deflated(ByteRange packed, long length, Latest latest) implements Bytes {
  private static final int KEPT_BYTES = 1 << 26;
  private static final int BUFFER_BYTES = 1 << 16;

  /** The entry that was unpacked last, as long as memory allows. Thread-safe. */
  static final class Latest {
    private ByteRange packed;
    private SoftReference<byte[]> bytes = new SoftReference<>(null);

    private synchronized byte[] of(Deflated entry) throws IOException {
      byte[] found = entry.packed.equals(packed) ? bytes.get() : null;
      if (found == null) {
        found = new byte[(int) entry.length];
        entry.unpack(java.util.List.of(ByteBuffer.wrap(found)), 0);
        packed = entry.packed;
        bytes = new SoftReference<>(found);
      }
      return found;
    }
  }

  /** Tells whether each reading unpacks anew. */
  boolean isLarge() {
    return length > KEPT_BYTES;
  }

  @Override
  public void fill(Iterable<ByteBuffer> targets, long from) throws IOException {
    if (isLarge()) {
      unpack(targets, from);
      return;
    }
    byte[] all = latest.of(this);
    int at = (int) from;
    for (ByteBuffer target : targets) {
      int count = target.remaining();
      if (count > all.length - at) {
        throw new EOFException(packed.file() + ": bytes beyond a packed storage are asked for");
      }
      target.put(all, at, count);
      at += count;
    }
  }

  private void unpack(Iterable<ByteBuffer> targets, long from) throws IOException {
    Inflater inflater = new Inflater(true);
    try (FileChannel channel = FileChannel.open(packed.file(), StandardOpenOption.READ)) {
      channel.position(packed.offset());
      InputStream plain =
          new InflaterInputStream(Channels.newInputStream(channel), inflater, BUFFER_BYTES);
      plain.skipNBytes(from);
      byte[] buffer = new byte[BUFFER_BYTES];
      for (ByteBuffer target : targets) {
        while (target.hasRemaining()) {
          int count = plain.read(buffer, 0, Math.min(buffer.length, target.remaining()));
          if (count < 0) {
            throw new EOFException("it ends early");
          }
          target.put(buffer, 0, count);
        }
      }
    } catch (EOFException | ZipException e) {
      throw new WeightsException(
          packed.file()
              + ": packed data at byte "
              + packed.offset()
              + " is damaged: "
              + e.getMessage(),
          e);
    } finally {
      inflater.end();
    }
  }
}
