package org.reprise.engine.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.reprise.api.InvalidInputException;
import org.reprise.engine.store.SampleFile.Header;

/**
 * The folder of prepared splits. Each is one file, made once under a lock, by all cores, under
 * another name until it is whole and on the disk; a run that finds it decodes nothing.
 */
public final class SampleCache {
  /** Raised whenever the same image would be decoded or prepared to other pixels. */
  public static final int VERSION = 2;

  private static final String SUFFIX = ".samples";

  /** A file lock holds between processes only; this one holds within this one. */
  private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private final Path folder;

  /**
   * Names the folder; it is made when something is stored.
   *
   * @param folder {@code data} in the cache folder
   */
  public SampleCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Identifies a prepared split.
   *
   * @param name beginning of the file's name
   * @param digest of everything that decides the content, hexadecimal
   * @param description for people
   */
  public record Key(String name, String digest, String description) {
    private String fileName() {
      return name + "-" + digest.substring(0, 16) + SUFFIX;
    }
  }

  /**
   * A stored split.
   *
   * @param file where it is
   * @param description what it is; empty for a file that cannot be used
   * @param bytes on the disk
   * @param used when a run last opened it
   */
  public record Entry(Path file, Optional<String> description, long bytes, Instant used) {}

  /**
   * Opens a prepared split, making it first where it is missing or damaged.
   *
   * @param key what is wanted
   * @param source makes it
   * @param placement where batches are wanted
   * @return the store, which the caller closes
   * @throws InvalidInputException if the folder cannot be written
   * @throws IOException if a sample cannot be read or the disk is full
   */
  public SampleStore open(Key key, SampleSource source, Placement placement) throws IOException {
    Path file = folder.resolve(key.fileName());
    Optional<Header> header = valid(file, key);
    if (header.isEmpty()) {
      header = Optional.of(build(file, key, source));
    }
    touch(file);
    try (PointerScope scope = new PointerScope()) {
      return SampleStore.of(
          header.get().size(),
          SampleFile.labels(file, header.get()),
          header.get().fingerprint(),
          new SampleStore.Skipped(header.get().skipped(), header.get().firstSkipped()),
          SampleFile.pixels(file, header.get()),
          placement);
    }
  }

  private Header build(Path file, Key key, SampleSource source) throws IOException {
    ReentrantLock lock = LOCKS.computeIfAbsent(file, path -> new ReentrantLock());
    lock.lock();
    try (FileChannel lockFile = lockFile(file);
        FileLock fileLock = lockFile.lock()) {
      Optional<Header> byAnother = valid(file, key);
      if (byAnother.isPresent()) {
        return byAnother.get();
      }
      int[] indices = source.indices();
      checkSpace(file, source.bytes(indices.length));
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      try {
        Header header = write(temporary, key, source, indices);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        return header;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } finally {
      lock.unlock();
    }
  }

  private Header write(Path temporary, Key key, SampleSource source, int[] indices)
      throws IOException {
    long imageBytes = source.bytes(1);
    try (FileChannel channel = create(temporary)) {
      SampleReader.Content content = source.read(indices, new Slots(channel, imageBytes));
      return finish(temporary, channel, key, source, content);
    } catch (CacheWriteException e) {
      throw new IOException(cannotWrite(temporary, e.getCause()), e.getCause());
    }
  }

  private static Header finish(
      Path temporary,
      FileChannel channel,
      Key key,
      SampleSource source,
      SampleReader.Content content) {
    Header header =
        new Header(
            key.digest(),
            key.description(),
            source.preparation().size(),
            content.labels().length,
            content.skipped(),
            content.firstSkipped(),
            "");
    try {
      channel.truncate(SampleFile.offset(header.imageBytes(), header.count()));
      SampleFile.writeLabels(channel, header.imageBytes(), content.labels());
      header = withFingerprint(header, fingerprint(temporary, header, content.labels()));
      SampleFile.writeHeader(channel, header);
      channel.force(true);
      return header;
    } catch (IOException e) {
      throw new CacheWriteException(e);
    }
  }

  private static FileChannel create(Path temporary) {
    try {
      return FileChannel.open(
          temporary,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new InvalidInputException(cannotWrite(temporary, e), e);
    }
  }

  private static Header withFingerprint(Header header, String fingerprint) {
    return new Header(
        header.key(),
        header.description(),
        header.size(),
        header.count(),
        header.skipped(),
        header.firstSkipped(),
        fingerprint);
  }

  private static String fingerprint(Path file, Header header, int[] labels) {
    try (PointerScope scope = new PointerScope()) {
      Tensor pixels = SampleFile.pixels(file, header);
      return Fingerprint.of(new BytePointer(pixels.data_ptr()), header.size(), labels);
    }
  }

  private record Slots(FileChannel channel, long imageBytes) implements SampleReader.Target {
    @Override
    public void put(int slot, byte[] rgb) {
      try {
        SampleFile.write(channel, ByteBuffer.wrap(rgb), SampleFile.offset(imageBytes, slot));
      } catch (IOException e) {
        throw new CacheWriteException(e);
      }
    }

    @Override
    public void move(int from, int to) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate((int) imageBytes);
      long offset = SampleFile.offset(imageBytes, from);
      while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
      put(to, bytes.array());
    }
  }

  /** Tells a full disk from a data set that cannot be read. */
  private static final class CacheWriteException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    CacheWriteException(IOException cause) {
      super(cause);
    }
  }

  private Optional<Header> valid(Path file, Key key) throws IOException {
    return SampleFile.readHeader(file).filter(header -> header.key().equals(key.digest()));
  }

  private FileChannel lockFile(Path file) {
    try {
      Files.createDirectories(folder);
      return FileChannel.open(
          file.resolveSibling(file.getFileName() + ".lock"),
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new InvalidInputException(cannotWrite(file, e), e);
    }
  }

  private void checkSpace(Path file, long bytes) throws IOException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    if (usable < bytes) {
      throw new IOException(
          cannotWrite(
              file,
              String.format(
                  Locale.ROOT, "%s are needed, %s are free", megabytes(bytes), megabytes(usable))));
    }
  }

  private static String cannotWrite(Path file, IOException e) {
    return cannotWrite(
        file,
        e instanceof java.nio.file.AccessDeniedException
            ? "no permission"
            : e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private static String cannotWrite(Path file, String reason) {
    return file
        + ": prepared images cannot be kept there: "
        + reason
        + "; free space with reprise data cache clear, choose another folder with the variable"
        + " REPRISE_CACHE, or keep them in memory with cache: false in the dataset block";
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  // says when the file was last of use; a read-only folder is none the worse
  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      return;
    }
  }

  /** Lists what is stored, the last used first. */
  public List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path file : files()) {
      if (file.toString().endsWith(SUFFIX)) {
        entries.add(
            new Entry(
                file,
                SampleFile.readHeader(file).map(Header::description),
                Files.size(file),
                Files.getLastModifiedTime(file).toInstant()));
      }
    }
    entries.sort(java.util.Comparator.comparing(Entry::used).reversed());
    return entries;
  }

  /**
   * Deletes everything in the folder that this class put there.
   *
   * @return bytes freed
   */
  public long clear() throws IOException {
    long freed = 0;
    for (Path file : files()) {
      freed += Files.size(file);
      Files.deleteIfExists(file);
    }
    return freed;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file ->
                  Stream.of(SUFFIX, SUFFIX + ".tmp", SUFFIX + ".lock")
                      .anyMatch(file.toString()::endsWith))
          .toList();
    }
  }
}
