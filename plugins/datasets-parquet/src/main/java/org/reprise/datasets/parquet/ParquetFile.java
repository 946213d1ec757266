package org.reprise.datasets.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;
import org.reprise.budget.Shown;

/**
 * The metadata of a Parquet file and positional reads of its bytes (Apache Parquet format 2, {@code
 * parquet.thrift}). Errors name the file and, where there is one, the offset.
 */
final class ParquetFile implements AutoCloseable {
  private static final int LONGEST_FOOTER = 1 << 26;
  private static final int MOST_COLUMNS = 10_000;
  private static final int REPEATED = 2;
  private static final int OPTIONAL = 1;

  /** What is kept of a row by those who look through a data set, and what looking at it costs. */
  private static final long ROW = 128;

  private final Path path;
  private final FileChannel channel;
  private final long length;
  private final Budget budget;
  private final List<Column> columns = new ArrayList<>();
  private final Map<String, String> metadata = new HashMap<>();
  private int rows;

  /**
   * The values of a column that are stored together: its pages, one after the other.
   *
   * @param firstRow number of its first row in the file
   * @param rows how many, at least 1
   * @param offset of the first page's header
   * @param bytes of all pages and headers
   * @param codec Parquet's number
   * @param encodings that its pages have, Parquet's numbers
   */
  record Chunk(
      long firstRow, long rows, long offset, long bytes, int codec, Set<Integer> encodings) {}

  /** An element of the schema, as it is written. */
  private record Element(String name, long type, long repetition, long children) {}

  private ParquetFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.length = channel.size();
    this.budget = Budget.ofFile(length);
    List<Element> schema = new ArrayList<>();
    long[] claimed = {-1};
    footer(
        thrift ->
            id -> {
              switch (id) {
                case 2 -> thrift.list(() -> schema.add(element(thrift, schema.size())));
                case 3 -> claimed[0] = thrift.number();
                case 5 -> thrift.list(() -> note(thrift));
                default -> {
                  return false;
                }
              }
              return true;
            });
    try {
      if (schema.isEmpty()) {
        throw new MalformedException("no schema");
      }
      int next = leaves(schema, 1, schema.get(0).children(), List.of(), 0, false);
      if (next != schema.size()) {
        throw new MalformedException("schema elements that belong to nothing");
      }
      if (claimed[0] < 0 || claimed[0] > Integer.MAX_VALUE) {
        throw new MalformedException(claimed[0] + " rows");
      }
      budget.charge(claimed[0], ROW);
      rows = (int) claimed[0];
    } catch (MalformedException | BudgetException e) {
      throw metadata(e);
    }
  }

  static ParquetFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      return new ParquetFile(path, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Makes what takes the fields of the file's metadata. */
  private interface Footer {
    Thrift.Fields of(Thrift thrift);
  }

  /** Reads the metadata; what is wanted of them differs, so they are not kept. */
  private void footer(Footer wanted) throws IOException {
    if (length < 12) {
      throw new IOException(path + ": " + length + " bytes, too short for a Parquet file");
    }
    ByteBuffer end = read(length - 8, 8);
    String magic = StandardCharsets.ISO_8859_1.decode(end.slice(4, 4)).toString();
    if (magic.equals("PARE")) {
      throw new IOException(path + ": an encrypted Parquet file, which is not read");
    }
    if (!magic.equals("PAR1")) {
      throw new IOException(
          path + ": offset " + (length - 4) + ": no Parquet mark; the file may be cut off");
    }
    long bytes = Integer.toUnsignedLong(Integer.reverseBytes(end.getInt(0)));
    if (bytes > length - 12 || bytes > LONGEST_FOOTER) {
      throw new IOException(
          path + ": offset " + (length - 8) + ": file metadata of " + bytes + " bytes");
    }
    try {
      Thrift thrift = new Thrift(read(length - 8 - bytes, (int) bytes), budget);
      thrift.top(wanted.of(thrift));
    } catch (MalformedException | BudgetException e) {
      throw metadata(e);
    }
  }

  private IOException metadata(IOException e) {
    return new IOException(path + ": file metadata: " + e.getMessage(), e);
  }

  private Element element(Thrift thrift, int before) throws IOException {
    if (before == MOST_COLUMNS) {
      throw new MalformedException("more than " + MOST_COLUMNS + " schema elements");
    }
    budget.charge(Budget.OBJECT + Budget.SLOT);
    String[] name = {""};
    long[] numbers = {-1, 0, 0}; // type, repetition, children
    thrift.struct(
        id -> {
          switch (id) {
            case 1 -> numbers[0] = thrift.number();
            case 3 -> numbers[1] = thrift.number();
            case 4 -> name[0] = thrift.text();
            case 5 -> numbers[2] = thrift.number();
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Element(name[0], numbers[0], numbers[1], numbers[2]);
  }

  private void note(Thrift thrift) throws IOException {
    String[] entry = {"", ""};
    thrift.struct(
        id -> {
          if (id != 1 && id != 2) {
            return false;
          }
          entry[id - 1] = thrift.text();
          return true;
        });
    budget.charge(Budget.ENTRY);
    metadata.put(entry[0], entry[1]);
  }

  /** Walks the schema, which is written depth first; returns the next element. */
  private int leaves(
      List<Element> schema,
      int at,
      long children,
      List<String> parents,
      int depth,
      boolean repeated)
      throws IOException {
    if (parents.size() > 64) {
      throw new MalformedException("a schema nested more than 64 deep");
    }
    int next = at;
    for (long child = 0; child < children; child++) {
      if (next >= schema.size()) {
        throw new MalformedException("a schema element with more children than there are");
      }
      Element element = schema.get(next++);
      List<String> names = new ArrayList<>(parents);
      names.add(element.name());
      boolean isRepeated = repeated || element.repetition() == REPEATED;
      int level = depth + (element.repetition() == OPTIONAL ? 1 : 0);
      if (element.children() > 0) {
        next = leaves(schema, next, element.children(), names, level, isRepeated);
      } else {
        budget.charge(3 * Budget.OBJECT + names.size() * Budget.SLOT);
        int type = (int) element.type();
        columns.add(new Column(columns.size(), List.copyOf(names), type, level, isRepeated));
      }
    }
    return next;
  }

  /** Returns the pieces of a column, in the order of their rows. */
  List<Chunk> chunks(Column column) throws IOException {
    List<Chunk> chunks = new ArrayList<>();
    long[] next = {0};
    footer(
        thrift ->
            id -> {
              if (id != 4) {
                return false;
              }
              thrift.list(
                  () -> {
                    Chunk chunk = group(thrift, column, next[0]);
                    if (chunk.rows() > 0) {
                      chunks.add(chunk);
                    }
                    next[0] += chunk.rows();
                  });
              return true;
            });
    if (next[0] != rows) {
      throw new IOException(
          path + ": file metadata: " + rows + " rows, but row groups with " + next[0]);
    }
    return List.copyOf(chunks);
  }

  private Chunk group(Thrift thrift, Column column, long firstRow) throws IOException {
    budget.charge(8 * Budget.OBJECT);
    int[] number = {0};
    long[] count = {-1};
    Chunk[] found = new Chunk[1];
    thrift.struct(
        id -> {
          if (id == 1) {
            thrift.list(
                () -> {
                  boolean isWanted = number[0]++ == column.index();
                  thrift.struct(field -> isWanted && chunk(thrift, field, found));
                });
          } else if (id == 3) {
            count[0] = thrift.number();
          } else {
            return false;
          }
          return true;
        });
    if (number[0] != columns.size() || count[0] < 0 || count[0] > rows - firstRow) {
      throw new MalformedException(
          String.format(
              "a row group of %d rows and %d columns, expected at most %d rows and %d columns",
              count[0], number[0], rows - firstRow, columns.size()));
    }
    if (count[0] == 0) {
      return new Chunk(firstRow, 0, 0, 0, 0, Set.of()); // writers give it any place, or none
    }
    if (found[0] == null) {
      throw new MalformedException("a row group without metadata of column " + column.name());
    }
    Chunk chunk = found[0];
    if (chunk.offset() < 4
        || chunk.bytes() < 0
        || chunk.offset() > length
        || chunk.bytes() > length - chunk.offset()) {
      throw new MalformedException(
          String.format(
              "a column at offset %d of %d bytes in %d", chunk.offset(), chunk.bytes(), length));
    }
    return new Chunk(
        firstRow, count[0], chunk.offset(), chunk.bytes(), chunk.codec(), chunk.encodings());
  }

  private boolean chunk(Thrift thrift, int field, Chunk[] found) throws IOException {
    if (field == 1) {
      throw new MalformedException("columns in another file, \"" + Shown.of(thrift.text()) + "\"");
    }
    if (field != 3) {
      return false;
    }
    Set<Integer> encodings = new TreeSet<>();
    long[] numbers = {-1, -1, -1, 0}; // codec, bytes, data page, dictionary page
    thrift.struct(
        id -> {
          switch (id) {
            case 2 -> thrift.list(() -> addEncoding(encodings, thrift.number()));
            case 4 -> numbers[0] = thrift.number();
            case 7 -> numbers[1] = thrift.number();
            case 9 -> numbers[2] = thrift.number();
            case 11 -> numbers[3] = thrift.number();
            default -> {
              return false;
            }
          }
          return true;
        });
    // 0 stands for "no dictionary" in files of some writers
    long offset = numbers[3] > 0 ? Math.min(numbers[2], numbers[3]) : numbers[2];
    long bytes = numbers[1];
    found[0] = new Chunk(0, 0, offset, bytes, (int) numbers[0], encodings);
    return true;
  }

  private static void addEncoding(Set<Integer> encodings, long encoding) throws IOException {
    if (encoding < 0 || encoding > 127) {
      throw new MalformedException("encoding number " + encoding);
    }
    encodings.add((int) encoding);
  }

  /** Spends some of the file's budget. */
  void charge(long bytes) throws BudgetException {
    synchronized (budget) {
      budget.charge(bytes);
    }
  }

  Path path() {
    return path;
  }

  int rows() {
    return rows;
  }

  List<Column> columns() {
    return columns;
  }

  /** Returns the writer's notes by key, e.g. {@code huggingface}. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** Reads bytes that the caller knows to be in the file. */
  ByteBuffer read(long offset, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException(path + ": offset " + offset + ": the file has become shorter");
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
