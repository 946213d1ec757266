package org.reprise.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.reprise.api.data.ImageSize;

/**
 * Writes a {@link SampleFile}. Checksums are of the pixels as they were prepared: what the disk
 * makes of them is noticed when the file is read.
 */
final class SampleFileWriter implements SampleReader.Target, AutoCloseable {
  private final FileChannel channel;
  private final ImageSize size;
  private final int imageBytes;
  private final int[] checksums;

  /**
   * Makes a new file.
   *
   * @param file where; replaced if it exists
   * @param size of every image
   * @param slots at most so many samples
   */
  SampleFileWriter(Path file, ImageSize size, int slots) throws IOException {
    this.size = size;
    this.imageBytes = Math.toIntExact(SampleFile.imageBytes(size));
    this.checksums = new int[slots];
    Files.deleteIfExists(file);
    this.channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Override
  public void put(int slot, byte[] rgb) throws IOException {
    checksums[slot] = SampleFile.checksum(ByteBuffer.wrap(rgb));
    SampleFile.write(channel, ByteBuffer.wrap(rgb), SampleFile.offset(imageBytes, slot));
  }

  @Override
  public void move(int from, int to) throws IOException {
    ByteBuffer pixels = ByteBuffer.allocate(imageBytes);
    SampleFile.readImages(channel, imageBytes, checksums, from, pixels);
    SampleFile.write(channel, pixels, SampleFile.offset(imageBytes, to));
    checksums[to] = checksums[from];
  }

  /**
   * Writes all that is not pixels, the header last, and waits until it is on the disk.
   *
   * @param key of the file
   * @param content what was put
   */
  void finish(SampleCache.Key key, SampleReader.Content content) throws IOException {
    int[] labels = content.labels();
    SampleFile.Table table =
        new SampleFile.Table(labels, java.util.Arrays.copyOf(checksums, labels.length));
    long end = SampleFile.offset(imageBytes, labels.length);
    channel.truncate(end);
    ByteBuffer bytes = table.encode();
    int tableChecksum = SampleFile.checksum(bytes.duplicate());
    SampleFile.write(channel, bytes, end);
    SampleFile.Header header =
        new SampleFile.Header(
            key.digest(),
            key.description(),
            size,
            labels.length,
            content.skipped(),
            content.firstSkipped(),
            fingerprint(table),
            tableChecksum);
    SampleFile.write(channel, SampleFile.encode(header), 0);
    channel.force(true);
  }

  private String fingerprint(SampleFile.Table table) throws IOException {
    Fingerprint fingerprint = new Fingerprint(table.labels().length, size);
    for (int i = 0; i < table.labels().length; i++) {
      ByteBuffer pixels = ByteBuffer.allocate(imageBytes);
      SampleFile.readImages(channel, imageBytes, table.checksums(), i, pixels);
      fingerprint.add(pixels);
    }
    return fingerprint.of(table.labels());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
