package org.reprise.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** Bytes packed by deflate; each reading unpacks from the start. */
record Deflated(ByteRange packed, long length) implements Bytes {

  @Override
  public void fill(ByteBuffer target, long from) throws IOException {
    Inflater inflater = new Inflater(true);
    try (FileChannel channel = FileChannel.open(packed.file(), StandardOpenOption.READ)) {
      channel.position(packed.offset());
      InputStream plain =
          new InflaterInputStream(Channels.newInputStream(channel), inflater, 1 << 16);
      plain.skipNBytes(from);
      byte[] buffer = new byte[1 << 16];
      while (target.hasRemaining()) {
        int count = plain.read(buffer, 0, Math.min(buffer.length, target.remaining()));
        if (count < 0) {
          throw new EOFException("it ends early");
        }
        target.put(buffer, 0, count);
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
