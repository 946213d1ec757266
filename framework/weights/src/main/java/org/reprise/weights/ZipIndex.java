package org.reprise.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;
import org.reprise.budget.Shown;

/**
 * The directory of a zip archive: where each entry's bytes lie in the file, which {@code
 * java.util.zip} does not tell. Archives beyond 4 GiB (zip64) are read too.
 */
final class ZipIndex {
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int COMMENT_LIMIT = 65_535;
  private static final int DIRECTORY_LIMIT = 1 << 28;
  private static final long SENTINEL = 0xFFFF_FFFFL;

  private final Path file;
  private final long size;
  private final Budget budget;
  private final Map<String, Bytes> entries = new LinkedHashMap<>();
  private final List<Place> places = new ArrayList<>();
  private final Deflated.Latest latest = new Deflated.Latest();

  /** Where an entry lies, header included. */
  private record Place(String entry, long begin, long end) {}

  private ZipIndex(Path file, long size, Budget budget) {
    this.file = file;
    this.size = size;
    this.budget = budget;
  }

  /**
   * Reads the directory of an archive.
   *
   * @param budget charged for each entry
   * @return the bytes of each entry by name, in the directory's order
   * @throws WeightsException if it is damaged, e.g. cut off, or entries share bytes
   * @throws BudgetException if it has too many entries
   */
  static Map<String, Bytes> read(Path file, Budget budget) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ZipIndex index = new ZipIndex(file, channel.size(), budget);
      index.readDirectory(channel);
      index.checkOverlaps();
      return index.entries;
    }
  }

  private WeightsException damaged(String message) {
    return new WeightsException(file + ": damaged zip archive: " + message);
  }

  private ByteBuffer bytes(FileChannel channel, long offset, long count, String what)
      throws IOException {
    if (offset < 0 || count < 0 || count > DIRECTORY_LIMIT || offset > size - count) {
      throw damaged(what + " is not in the file (cut off?)");
    }
    budget.charge(Budget.TEXT + count);
    ByteBuffer buffer = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw damaged(what + " is cut off");
      }
    }
    return buffer.flip();
  }

  private void readDirectory(FileChannel channel) throws IOException {
    long tailAt = Math.max(0, size - END_BYTES - COMMENT_LIMIT);
    ByteBuffer tail = bytes(channel, tailAt, size - tailAt, "the end");
    int end = tail.limit() - END_BYTES;
    while (end >= 0 && tail.getInt(end) != 0x06054b50) {
      end--;
    }
    if (end < 0) {
      throw damaged("it has no directory at its end (cut off?)");
    }
    long count = tail.getShort(end + 10) & 0xFFFF;
    long length = tail.getInt(end + 12) & SENTINEL;
    long offset = tail.getInt(end + 16) & SENTINEL;
    int locator = end - LOCATOR_BYTES;
    if (locator >= 0 && tail.getInt(locator) == 0x07064b50) {
      ByteBuffer zip64 = bytes(channel, tail.getLong(locator + 8), 56, "the zip64 directory");
      if (zip64.getInt(0) != 0x06064b50) {
        throw damaged("the zip64 directory is not where it should be");
      }
      count = zip64.getLong(32);
      length = zip64.getLong(40);
      offset = zip64.getLong(48);
    }
    ByteBuffer directory = bytes(channel, offset, length, "the directory");
    for (long i = 0; i < count; i++) {
      readEntry(channel, directory);
    }
  }

  private void checkOverlaps() throws WeightsException {
    places.sort(Comparator.comparingLong(Place::begin));
    for (int i = 1; i < places.size(); i++) {
      Place before = places.get(i - 1);
      Place place = places.get(i);
      if (place.begin() < before.end()) {
        throw damaged(
            String.format(
                "entries %s and %s overlap: bytes %d to %d and %d to %d",
                Shown.of(before.entry()),
                Shown.of(place.entry()),
                before.begin(),
                before.end(),
                place.begin(),
                place.end()));
      }
    }
  }

  private void readEntry(FileChannel channel, ByteBuffer directory) throws IOException {
    int at = directory.position();
    if (directory.remaining() < 46 || directory.getInt(at) != 0x02014b50) {
      throw damaged("entry " + entries.size() + " of the directory");
    }
    int flags = directory.getShort(at + 8);
    int method = directory.getShort(at + 10) & 0xFFFF;
    long packed = directory.getInt(at + 20) & SENTINEL;
    long plain = directory.getInt(at + 24) & SENTINEL;
    int nameLength = directory.getShort(at + 28) & 0xFFFF;
    int extraLength = directory.getShort(at + 30) & 0xFFFF;
    int commentLength = directory.getShort(at + 32) & 0xFFFF;
    long local = directory.getInt(at + 42) & SENTINEL;
    if (directory.remaining() < 46 + nameLength + extraLength + commentLength) {
      throw damaged("entry " + entries.size() + " of the directory is cut off");
    }
    budget.charge(2 * Budget.ENTRY + 4 * Budget.OBJECT + Budget.TEXT + 4L * nameLength);
    byte[] name = new byte[nameLength];
    directory.position(at + 46).get(name);
    String entry = new String(name, StandardCharsets.UTF_8);
    String shown = Shown.of(entry);
    if (entries.containsKey(entry)) {
      throw damaged("two entries are called " + shown);
    }
    ByteBuffer extra = directory.slice(at + 46 + nameLength, extraLength);
    extra.order(ByteOrder.LITTLE_ENDIAN);
    directory.position(at + 46 + nameLength + extraLength + commentLength);
    while (extra.remaining() >= 4) {
      int id = extra.getShort();
      int length = extra.getShort() & 0xFFFF;
      if (length > extra.remaining()) {
        break; // padding that is no field
      }
      int next = extra.position() + length;
      if (id == 1) {
        ByteBuffer wide = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        plain = plain == SENTINEL && wide.remaining() >= 8 ? wide.getLong() : plain;
        packed = packed == SENTINEL && wide.remaining() >= 8 ? wide.getLong() : packed;
        local = local == SENTINEL && wide.remaining() >= 8 ? wide.getLong() : local;
      }
      extra.position(next);
    }
    if ((flags & 1) != 0) {
      throw new WeightsException(file + ": entry " + shown + " is encrypted");
    }
    ByteBuffer header = bytes(channel, local, 30, "entry " + shown);
    if (header.getInt(0) != 0x04034b50) {
      throw damaged("entry " + shown + " is not where it should be");
    }
    long data = local + 30 + (header.getShort(26) & 0xFFFF) + (header.getShort(28) & 0xFFFF);
    if (packed < 0 || plain < 0 || data > size - packed) {
      throw damaged("entry " + shown + " reaches beyond the file (cut off?)");
    }
    places.add(new Place(entry, local, data + packed));
    ByteRange range = new ByteRange(file, data, packed);
    switch (method) {
      case 0 -> {
        if (plain != packed) {
          throw damaged("entry " + shown + " has two sizes, " + plain + " and " + packed);
        }
        entries.put(entry, range);
      }
      case 8 -> {
        if (plain / 1100 > packed) { // deflate packs at most 1032 bytes into one
          throw damaged("entry " + shown + " claims " + plain + " bytes in " + packed);
        }
        entries.put(entry, new Deflated(range, plain, latest));
      }
      default ->
          throw new WeightsException(
              file + ": entry " + shown + " is packed by method " + method + ", not deflate");
    }
  }
}
