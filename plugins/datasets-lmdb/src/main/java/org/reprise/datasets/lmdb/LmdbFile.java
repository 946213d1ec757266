package org.reprise.datasets.lmdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Shown;

/**
 * Reads values by key from a data file of LMDB 0.9 as 64-bit little-endian machines write it
 * (lmdb.h and mdb.c, "Page Format"): two meta pages, then a B+ tree of branch and leaf pages, with
 * long values on overflow pages. Only the unnamed database with keys in byte order is read. Locks
 * are neither taken nor needed, since the files are not written any more.
 *
 * <p>Every page, offset and length is checked against the file before it is used, so a damaged file
 * is an error that names page and offset. Positional reads: threads do not disturb each other.
 */
final class LmdbFile implements AutoCloseable {
  private static final int HEADER = 16;
  private static final int META =
      152; // header, magic, version, address, map size, 2 databases, ...
  private static final int MAGIC = 0xBEEFC0DE;
  private static final int VERSION = 1;
  private static final int BRANCH = 0x01;
  private static final int LEAF = 0x02;
  private static final int OVERFLOW = 0x04;
  private static final int META_FLAG = 0x08;
  private static final int NODE = 8;
  private static final int BIG_DATA = 0x01;
  private static final int SUB_DATABASE = 0x02;
  private static final int DATABASE = 48; // bytes of a database's record
  private static final int MOST_NAMES = 20;

  /** Samples are pictures: a longer value is no sample, and several threads read at once. */
  private static final long LONGEST_VALUE =
      Math.min(1L << 28, Runtime.getRuntime().maxMemory() / 16);

  private static final int MOST_LEVELS = 32;

  private final Path path;
  private final FileChannel channel;
  private final long length;
  private final int pageSize;
  private final long root;
  private final long entries;

  private LmdbFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.length = channel.size();
    ByteBuffer first = meta(0);
    this.pageSize = first.getInt(40);
    if (pageSize < 256 || pageSize > 65536 || Integer.bitCount(pageSize) != 1) {
      throw damaged(40, "page size " + pageSize + ", expected a power of two from 256 to 65536");
    }
    ByteBuffer second = meta(pageSize);
    boolean isSecond = second.getLong(144) > first.getLong(144); // by the transaction that wrote it
    ByteBuffer newer = isSecond ? second : first;
    int flags = Short.toUnsignedInt(newer.getShort(92));
    if (flags != 0) {
      throw damaged(
          isSecond ? pageSize + 92 : 92,
          "a database with flags " + flags + "; expected plain keys without duplicates");
    }
    this.entries = newer.getLong(120);
    this.root = newer.getLong(128);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read
   * @throws InvalidInputException if it is no such file
   */
  static LmdbFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      return new LmdbFile(path, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private ByteBuffer meta(long offset) throws IOException {
    if (length < offset + META) {
      throw new InvalidInputException(
          path + ": " + length + " bytes, too short for an LMDB file; it may be cut off");
    }
    ByteBuffer page = read(offset, META);
    if (page.getInt(16) != MAGIC || (flags(page) & META_FLAG) == 0) {
      throw damaged(offset, "no LMDB meta page; is this an LMDB data file?");
    }
    if (page.getInt(20) != VERSION) {
      throw damaged(offset + 20, "LMDB format " + page.getInt(20) + ", expected " + VERSION);
    }
    return page;
  }

  /** Returns how many entries the file says it has. */
  long entries() {
    return entries;
  }

  Path path() {
    return path;
  }

  /**
   * Finds a value.
   *
   * @param key at most 511 bytes in practice
   * @return a new array, or nothing where there is no such key
   * @throws IOException if the file cannot be read
   * @throws InvalidInputException if it is damaged where the value is looked for
   */
  Optional<byte[]> get(byte[] key) throws IOException {
    if (root == -1) {
      return Optional.empty();
    }
    long number = root;
    for (int level = 0; level < MOST_LEVELS; level++) {
      Page page = new Page(number);
      if (page.isLeaf()) {
        int at = page.find(key);
        return at >= 0 ? Optional.of(page.value(at)) : Optional.empty();
      }
      number = page.child(key);
    }
    throw damaged(root * pageSize, "a tree of more than " + MOST_LEVELS + " levels");
  }

  /**
   * Lists the named databases, which are not read.
   *
   * @return their names in order, at most {@value #MOST_NAMES}; none beyond the first leaf page,
   *     which holds them where a file is organised in databases
   */
  List<String> databases() throws IOException {
    List<String> names = new ArrayList<>();
    if (root == -1) {
      return names;
    }
    Page page = new Page(root);
    for (int level = 0; level < MOST_LEVELS && !page.isLeaf(); level++) {
      page = new Page(page.child(new byte[0]));
    }
    for (int i = 0; page.isLeaf() && i < page.nodes && names.size() < MOST_NAMES; i++) {
      page.database(i).ifPresent(names::add);
    }
    return names;
  }

  /** A branch or leaf page: offsets of nodes, sorted by key, then free space, then the nodes. */
  private final class Page {
    private final long offset;
    private final ByteBuffer bytes; // of the whole page
    private final byte[] array; // the same
    private final int nodes;

    Page(long number) throws IOException {
      this.offset = pageOffset(number, pageSize);
      this.array = readBytes(offset, pageSize);
      this.bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
      int lower = Short.toUnsignedInt(bytes.getShort(12));
      int kind = flags(bytes) & (BRANCH | LEAF | OVERFLOW | META_FLAG);
      if (bytes.getLong(0) != number || (kind != BRANCH && kind != LEAF)) {
        throw damaged(offset, "page " + number + " is no page of the tree");
      }
      if (lower < HEADER || lower > pageSize || (lower - HEADER) % 2 != 0) {
        throw damaged(offset + 12, "page " + number + " has an impossible number of entries");
      }
      this.nodes = (lower - HEADER) / 2;
    }

    boolean isLeaf() {
      return (flags(bytes) & LEAF) != 0;
    }

    /** Returns the node of a key, or -1 - the one it would stand before. */
    int find(byte[] key) throws IOException {
      int low = isLeaf() ? 0 : 1; // the first key of a branch page is left out: smaller than all
      int high = nodes - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int node = node(middle);
        int size = Short.toUnsignedInt(bytes.getShort(node + 6));
        int order =
            Arrays.compareUnsigned(array, node + NODE, node + NODE + size, key, 0, key.length);
        if (order == 0) {
          return middle;
        } else if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -1 - low;
    }

    long child(byte[] key) throws IOException {
      if (nodes == 0) {
        throw damaged(offset, "a branch page without entries");
      }
      int found = find(key);
      int node = node(found >= 0 ? found : -2 - found);
      return Integer.toUnsignedLong(bytes.getInt(node))
          | (long) Short.toUnsignedInt(bytes.getShort(node + 4)) << 32;
    }

    byte[] value(int index) throws IOException {
      int node = node(index);
      long size = Integer.toUnsignedLong(bytes.getInt(node));
      int nodeFlags = Short.toUnsignedInt(bytes.getShort(node + 4));
      int start = node + NODE + Short.toUnsignedInt(bytes.getShort(node + 6));
      if (nodeFlags == SUB_DATABASE) {
        throw damaged(offset + node, "a named database, which is not read, where a value belongs");
      }
      if ((nodeFlags & ~BIG_DATA) != 0) {
        throw damaged(offset + node, "an entry with flags " + nodeFlags + ", expected a value");
      }
      if (nodeFlags == 0) {
        if (size > pageSize - start) {
          throw damaged(offset + node, "a value of " + size + " bytes that ends beyond its page");
        }
        return Arrays.copyOfRange(array, start, start + (int) size);
      }
      if (start + Long.BYTES > pageSize) {
        throw damaged(offset + node, "an entry that ends beyond its page");
      }
      return overflow(bytes.getLong(start), size);
    }

    /** Returns the name of the database that an entry stands for, if it does. */
    Optional<String> database(int index) throws IOException {
      int node = node(index);
      boolean isDatabase =
          (Short.toUnsignedInt(bytes.getShort(node + 4)) & SUB_DATABASE) != 0
              && bytes.getInt(node) == DATABASE;
      int size = Short.toUnsignedInt(bytes.getShort(node + 6));
      return isDatabase
          ? Optional.of(Shown.of(new String(array, node + NODE, size, UTF_8), 40))
          : Optional.empty();
    }

    private int node(int index) throws IOException {
      int node = Short.toUnsignedInt(bytes.getShort(HEADER + 2 * index));
      if (node < HEADER
          || node + NODE > pageSize
          || node + NODE + Short.toUnsignedInt(bytes.getShort(node + 6)) > pageSize) {
        throw damaged(offset + HEADER + 2L * index, "an entry beyond its page");
      }
      return node;
    }
  }

  private byte[] overflow(long number, long size) throws IOException {
    if (size > LONGEST_VALUE) {
      throw damaged(
          pageOffset(number, HEADER),
          "a value of "
              + size
              + " bytes; at most "
              + LONGEST_VALUE
              + " are read, which is a part of Java's memory");
    }
    long offset = pageOffset(number, HEADER + size);
    ByteBuffer header = read(offset, HEADER);
    long pages = Integer.toUnsignedLong(header.getInt(12));
    if (header.getLong(0) != number
        || (flags(header) & OVERFLOW) == 0
        || pages * pageSize < HEADER + size) {
      throw damaged(offset, "page " + number + " does not begin a value of " + size + " bytes");
    }
    return readBytes(offset + HEADER, (int) size);
  }

  /** Returns where a page begins, after checking that so many bytes of it are in the file. */
  private long pageOffset(long number, long bytes) throws IOException {
    if (number < 2 || number > length / pageSize || number * pageSize + bytes > length) {
      throw new InvalidInputException(
          String.format(
              "%s: page %s lies beyond the end of the file (%d bytes, pages of %d); it is damaged or"
                  + " cut off",
              path, Long.toUnsignedString(number), length, pageSize));
    }
    return number * pageSize;
  }

  private static int flags(ByteBuffer page) {
    return Short.toUnsignedInt(page.getShort(10));
  }

  private ByteBuffer read(long offset, int bytes) throws IOException {
    return ByteBuffer.wrap(readBytes(offset, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] readBytes(long offset, int bytes) throws IOException {
    byte[] read = new byte[bytes];
    ByteBuffer buffer = ByteBuffer.wrap(read);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new InvalidInputException(
            path + ": offset " + offset + ": the file has become shorter");
      }
    }
    return read;
  }

  private InvalidInputException damaged(long offset, String what) {
    return new InvalidInputException(path + ": offset " + offset + ": " + what);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
