package org.reprise.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A place in a file where bytes lie as they are. */
record ByteRange(Path file, long offset, long length) implements Bytes {

  @Override
  public void fill(Iterable<ByteBuffer> targets, long from) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long at = offset + from;
      for (ByteBuffer target : targets) {
        if (from < 0 || target.remaining() > offset + length - at) {
          throw new EOFException(file + ": bytes beyond " + (offset + length) + " are asked for");
        }
        while (target.hasRemaining()) {
          int count = channel.read(target, at);
          if (count < 0) {
            throw new EOFException(file + ": cut off at byte " + at);
          }
          at += count;
        }
      }
    }
  }
}
