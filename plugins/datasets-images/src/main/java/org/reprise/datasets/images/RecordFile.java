package org.reprise.datasets.images;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.EncodedSample;

/**
 * A file of CIFAR-10 records: one label byte, then 1024 red, 1024 green and 1024 blue bytes, rows
 * from the top. Positional reads, so threads do not disturb each other.
 */
final class RecordFile implements AutoCloseable {
  static final int CLASSES = 10;
  static final int RECORD = 1 + CifarPixels.BYTES;

  private final Path path;
  private final FileChannel channel;
  private final int records;

  RecordFile(Path path) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(path);
    try {
      this.records = count(path, channel.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static int count(Path path, long bytes) {
    if (bytes % RECORD != 0) {
      long whole = bytes / RECORD;
      throw new InvalidInputException(
          String.format(
              "%s: %d bytes, expected a multiple of %d (1 label and 3072 pixel bytes a record); the"
                  + " incomplete record %d begins at offset %d",
              path, bytes, RECORD, whole, whole * RECORD));
    }
    if (bytes == 0) {
      throw new InvalidInputException(path + ": the file is empty, expected records of 3073 bytes");
    }
    return Math.toIntExact(bytes / RECORD);
  }

  int records() {
    return records;
  }

  EncodedSample read(int record) throws IOException {
    long offset = (long) record * RECORD;
    String place = path + ", record " + record + " (offset " + offset + ")";
    byte[] bytes = new byte[RECORD];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new EOFException("the file has become shorter");
        }
      }
    } catch (IOException e) {
      throw new IOException(place + ": cannot be read: " + e.getMessage(), e);
    }
    int label = bytes[0] & 0xff;
    if (label >= CLASSES) {
      throw new InvalidInputException(
          place + ": label " + label + ", expected 0 to 9; is this CIFAR-10's binary version?");
    }
    return new EncodedSample.Pixels(
        CifarPixels.interleaved(buffer, 1), CifarPixels.SIZE, label, place);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
