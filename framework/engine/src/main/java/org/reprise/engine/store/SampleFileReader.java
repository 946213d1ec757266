package org.reprise.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.reprise.api.data.ImageSize;
import org.reprise.engine.store.SampleFile.Header;

/**
 * Reads a {@link SampleFile} and verifies what it reads. It is never mapped: a mapped file that
 * someone cuts short ends the process. Threads may share one.
 */
final class SampleFileReader implements AutoCloseable {
  /** What is read and verified at a time: it stays in a processor's cache in between. */
  private static final int BLOCK = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final Header header;
  private final SampleFile.Table table;
  private final int imageBytes;

  /**
   * What a file is to hold.
   *
   * @param key of the cache
   * @param size of every image
   * @param samples at most so many, those left out counted
   * @param classes labels are below
   */
  record Wanted(String key, ImageSize size, int samples, int classes) {

    private void check(Header header) throws DamagedFileException {
      if (!header.key().equals(key)) {
        throw new DamagedFileException("was made of something else");
      }
      if (!header.size().equals(size) || (long) header.count() + header.skipped() > samples) {
        throw new DamagedFileException(
            String.format(
                Locale.ROOT,
                "says that it holds %d images of %s, not at most %d of %s",
                header.count(),
                header.size(),
                samples,
                size));
      }
    }

    private void check(int[] labels) throws DamagedFileException {
      for (int label : labels) {
        if (label < 0 || label >= classes) {
          throw new DamagedFileException(
              "holds label " + label + ", expected 0 to " + (classes - 1));
        }
      }
    }
  }

  private SampleFileReader(Path file, FileChannel channel, Wanted wanted) throws IOException {
    this.file = file;
    this.channel = channel;
    this.header = SampleFile.readHeader(channel);
    wanted.check(header);
    this.table = SampleFile.readTable(channel, header);
    wanted.check(table.labels());
    this.imageBytes = Math.toIntExact(SampleFile.imageBytes(header.size()));
  }

  /**
   * Opens a file and verifies all of it that is not pixels.
   *
   * @param file which
   * @param wanted what it is to hold
   * @throws NoSuchFileException if there is none
   * @throws DamagedFileException if it is not what was written, or holds something else
   */
  static SampleFileReader open(Path file, Wanted wanted) throws IOException {
    if (!Files.isRegularFile(file)) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new DamagedFileException("is no regular file");
      }
      throw new NoSuchFileException(file.toString());
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new SampleFileReader(file, channel, wanted);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  Header header() {
    return header;
  }

  int[] labels() {
    return table.labels();
  }

  /** Returns the bytes that all pixels take. */
  long pixelBytes() {
    return (long) imageBytes * header.count();
  }

  /**
   * Reads all images on all cores.
   *
   * @param memory {@code [n,h,w,3]} uint8
   * @throws DamagedFileException if one is not what was written
   */
  void readAll(Pointer memory) throws IOException {
    forBlocks((first, count) -> readInto(memory, first, first, count));
  }

  /**
   * Verifies all images on all cores, and keeps none.
   *
   * @throws DamagedFileException if one is not what was written
   */
  void verifyAll() throws IOException {
    forBlocks(
        (first, count) -> {
          try (BytePointer block = new BytePointer((long) count * imageBytes)) {
            readInto(block, 0, first, count);
          }
        });
  }

  /**
   * Reads some images on all cores.
   *
   * @param indices which, each in [0, n)
   * @param memory {@code [indices,h,w,3]} uint8
   * @throws DamagedFileException if one is not what was written
   */
  void read(long[] indices, Pointer memory) throws IOException {
    ParallelLoop.run(
        indices.length,
        i -> readInto(memory, i, Math.toIntExact(indices[i]), 1),
        LoadProgress.NONE);
  }

  private interface Block {
    void read(int first, int count) throws IOException;
  }

  private void forBlocks(Block block) throws IOException {
    int images = Math.max(1, BLOCK / imageBytes);
    int blocks = (int) (((long) header.count() + images - 1) / images);
    ParallelLoop.run(
        blocks,
        i -> block.read(i * images, Math.min(images, header.count() - i * images)),
        LoadProgress.NONE);
  }

  private void readInto(Pointer memory, int slot, int first, int count) throws IOException {
    // not by position and limit: a buffer counts from the address, and only to 2 GiB
    BytePointer start = new BytePointer(memory).getPointer((long) slot * imageBytes);
    ByteBuffer pixels = start.limit((long) count * imageBytes).asByteBuffer();
    SampleFile.readImages(channel, imageBytes, table.checksums(), first, pixels);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
