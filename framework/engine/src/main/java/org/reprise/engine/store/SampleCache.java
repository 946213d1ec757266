package org.reprise.engine.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
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
import java.util.function.LongPredicate;
import java.util.stream.Stream;
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
  private final LongPredicate roomInMemory;

  /**
   * Names the folder; it is made when something is stored.
   *
   * @param folder {@code data} in the cache folder
   */
  public SampleCache(Path folder) {
    this(folder, Placement::memoryHasRoomFor);
  }

  /**
   * Names the folder.
   *
   * @param folder as above
   * @param roomInMemory tells whether memory may hold pixels of so many bytes
   */
  SampleCache(Path folder, LongPredicate roomInMemory) {
    this.folder = folder;
    this.roomInMemory = roomInMemory;
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
   * Opens a prepared split, making it first where it is missing. All of the file is verified; one
   * that is not what was written is made again, and the progress's note says so. Pixels that half
   * of the free memory can hold are read; of more, batches are read and verified when they are
   * asked for. What happens to the file afterwards changes nothing that was read.
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
    Optional<SampleStore> store = valid(file, key, source, placement, true);
    return store.isPresent() ? store.get() : build(file, key, source, placement);
  }

  /**
   * Returns the fingerprint of a prepared split as its file's header has it. Pixels and labels are
   * neither read nor verified; {@link #open} does.
   *
   * @param key which
   * @return 64 hexadecimal digits; empty if there is no such file or its header is damaged
   */
  public Optional<String> fingerprint(Key key) {
    return header(folder.resolve(key.fileName()))
        .filter(header -> header.key().equals(key.digest()))
        .map(Header::fingerprint);
  }

  private static Optional<Header> header(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return Optional.of(SampleFile.readHeader(channel));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Opens the file if it is there and what was written. */
  private Optional<SampleStore> valid(
      Path file, Key key, SampleSource source, Placement placement, boolean note)
      throws IOException {
    try {
      return Optional.of(load(file, key, source, placement));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (ClosedByInterruptException e) {
      throw e; // says nothing of the file
    } catch (IOException e) {
      if (note) {
        String damage =
            e instanceof DamagedFileException ? e.getMessage() : "cannot be read: " + reason(e);
        source
            .progress()
            .note("the file of prepared images " + file + " " + damage + "; it is made again");
      }
      return Optional.empty();
    }
  }

  private SampleStore load(Path file, Key key, SampleSource source, Placement placement)
      throws IOException {
    SampleFileReader reader = SampleFileReader.open(file, source.wanted(key));
    try {
      SampleStore store = SampleStore.of(reader, roomInMemory.test(reader.pixelBytes()), placement);
      touch(file);
      return store;
    } catch (IOException | RuntimeException | Error e) {
      reader.close();
      throw e;
    }
  }

  private SampleStore build(Path file, Key key, SampleSource source, Placement placement)
      throws IOException {
    ReentrantLock lock = LOCKS.computeIfAbsent(file, path -> new ReentrantLock());
    lock.lock();
    try (FileChannel lockFile = lockFile(file);
        FileLock fileLock = lockFile.lock()) {
      Optional<SampleStore> byAnother = valid(file, key, source, placement, false);
      if (byAnother.isPresent()) {
        return byAnother.get();
      }
      int[] indices = source.indices();
      checkSpace(file, source.bytes(indices.length));
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      try {
        write(temporary, key, source, indices);
        replace(file, temporary);
      } finally {
        Files.deleteIfExists(temporary);
      }
      try {
        return load(file, key, source, placement);
      } catch (DamagedFileException e) {
        throw new IOException(cannotWrite(file, "just made, the file " + e.getMessage()), e);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void write(Path temporary, Key key, SampleSource source, int[] indices)
      throws IOException {
    try (SampleFileWriter writer = create(temporary, source, indices.length)) {
      SampleReader.Content content = source.read(indices, new Slots(writer));
      try {
        writer.finish(key, content);
      } catch (IOException e) {
        throw new CacheWriteException(e);
      }
    } catch (CacheWriteException e) {
      throw new IOException(cannotWrite(temporary, e.getCause()), e.getCause());
    }
  }

  private static SampleFileWriter create(Path temporary, SampleSource source, int slots) {
    try {
      return new SampleFileWriter(temporary, source.preparation().size(), slots);
    } catch (IOException e) {
      throw new InvalidInputException(cannotWrite(temporary, e), e);
    }
  }

  private static void replace(Path file, Path temporary) throws IOException {
    try {
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(file); // only an empty one
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException(cannotWrite(file, e), e);
    }
  }

  private record Slots(SampleFileWriter writer) implements SampleReader.Target {
    @Override
    public void put(int slot, byte[] rgb) {
      try {
        writer.put(slot, rgb);
      } catch (IOException e) {
        throw new CacheWriteException(e);
      }
    }

    @Override
    public void move(int from, int to) {
      try {
        writer.move(from, to);
      } catch (IOException e) {
        throw new CacheWriteException(e);
      }
    }
  }

  /** Tells a full disk from a data set that cannot be read. */
  private static final class CacheWriteException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    CacheWriteException(IOException cause) {
      super(cause);
    }
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
    return cannotWrite(file, reason(e));
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "a folder of this name is there";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
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
                header(file).map(Header::description),
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
