package org.reprise.datasets.images;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.reprise.api.InvalidInputException;
import org.reprise.api.data.EncodedSample;
import org.reprise.support.ShardedDataset;

/**
 * A file of CIFAR records: label bytes, then 1024 red, 1024 green and 1024 blue bytes, rows from
 * the top. Positional reads, so threads do not disturb each other.
 */
final class RecordFile implements ShardedDataset.Shard {
  private final Path path;
  private final CifarRecords layout;
  private final FileChannel channel;
  private final int records;

  RecordFile(Path path, CifarRecords layout) throws IOException {
    this.path = path;
    this.layout = layout;
    this.channel = FileChannel.open(path);
    try {
      this.records = count(channel.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private int count(long bytes) {
    int record = layout.bytes();
    if (bytes % record != 0) {
      long whole = bytes / record;
      throw new InvalidInputException(
          String.format(
              "%s: %d bytes, expected a multiple of %d (%d label and %d pixel bytes a record); the"
                  + " incomplete record %d begins at offset %d",
              path, bytes, record, layout.labelBytes(), CifarPixels.BYTES, whole, whole * record));
    }
    if (bytes == 0) {
      throw new InvalidInputException(
          path + ": the file is empty, expected records of " + record + " bytes");
    }
    return Math.toIntExact(bytes / record);
  }

  @Override
  public int size() {
    return records;
  }

  @Override
  public int label(int record) throws IOException {
    return label(record, bytes(record, layout.labelBytes()));
  }

  @Override
  public EncodedSample read(int record) throws IOException {
    ByteBuffer bytes = bytes(record, layout.bytes());
    return new EncodedSample.Pixels(
        CifarPixels.interleaved(bytes, layout.labelBytes()),
        CifarPixels.SIZE,
        label(record, bytes),
        place(record));
  }

  private String place(int record) {
    return path + ", record " + record + " (offset " + offset(record) + ")";
  }

  private long offset(int record) {
    return (long) record * layout.bytes();
  }

  /** Reads the first bytes of a record. */
  private ByteBuffer bytes(int record, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset(record) + buffer.position()) < 0) {
          throw new EOFException("the file has become shorter");
        }
      }
    } catch (IOException e) {
      throw new IOException(place(record) + ": cannot be read: " + e.getMessage(), e);
    }
    return buffer;
  }

  private int label(int record, ByteBuffer bytes) {
    int label = bytes.get(layout.labelBytes() - 1) & 0xff;
    if (label >= layout.classes()) {
      throw new InvalidInputException(
          String.format(
              "%s: label %d, expected 0 to %d; is this %s's binary version?",
              place(record), label, layout.classes() - 1, layout.title()));
    }
    return label;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
