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
import org.reprise.datasets.parquet.ThriftStruct.MalformedException;

/**
 * The metadata of a Parquet file and positional reads of its bytes (Apache Parquet format 2, {@code
 * parquet.thrift}). Errors name the file and, where there is one, the offset.
 */
final class ParquetFile implements AutoCloseable {
  private static final int LONGEST_FOOTER = 1 << 26;
  private static final int MOST_COLUMNS = 10_000;
  private static final int REPEATED = 2;
  private static final int OPTIONAL = 1;

  private final Path path;
  private final FileChannel channel;
  private final long length;
  private final List<Column> columns = new ArrayList<>();
  private final List<RowGroup> groups = new ArrayList<>();
  private final Map<String, String> metadata = new HashMap<>();
  private long rows;

  /**
   * Rows that are stored together.
   *
   * @param firstRow number of its first row in the file
   * @param rows how many, at least 1
   * @param chunks one for each column
   */
  record RowGroup(long firstRow, long rows, List<Chunk> chunks) {}

  /**
   * The values of one column in one row group: its pages, one after the other.
   *
   * @param offset of the first page's header
   * @param bytes of all pages and headers
   * @param codec Parquet's number
   * @param values how many, nulls included
   */
  record Chunk(long offset, long bytes, int codec, long values) {}

  private ParquetFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.length = channel.size();
    ByteBuffer footer = footer();
    try {
      ThriftStruct file = ThriftStruct.read(footer);
      List<ThriftStruct> schema = file.structs(2);
      if (schema.isEmpty() || schema.size() > MOST_COLUMNS) {
        throw new MalformedException(
            schema.size() + " schema elements, expected 1 to " + MOST_COLUMNS);
      }
      int next = leaves(schema, 1, schema.get(0).number(5, 0), List.of(), 0, false);
      if (next != schema.size()) {
        throw new MalformedException("schema elements that belong to nothing");
      }
      for (ThriftStruct group : file.structs(4)) {
        group(group);
      }
      if (file.number(3) != rows) {
        throw new MalformedException(file.number(3) + " rows, but row groups with " + rows);
      }
      for (ThriftStruct entry : file.structs(5)) {
        metadata.put(entry.text(1).orElse(""), entry.text(2).orElse(""));
      }
    } catch (MalformedException e) {
      throw new IOException(path + ": file metadata: " + e.getMessage(), e);
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

  private ByteBuffer footer() throws IOException {
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
    return read(length - 8 - bytes, (int) bytes);
  }

  /** Walks the schema, which is written depth first; returns the next element. */
  private int leaves(
      List<ThriftStruct> schema,
      int at,
      long children,
      List<String> parents,
      int depth,
      boolean repeated)
      throws MalformedException {
    if (parents.size() > 64) {
      throw new MalformedException("a schema nested more than 64 deep");
    }
    int next = at;
    for (long child = 0; child < children; child++) {
      if (next >= schema.size()) {
        throw new MalformedException("a schema element with more children than there are");
      }
      ThriftStruct element = schema.get(next++);
      List<String> names = new ArrayList<>(parents);
      names.add(element.text(4).orElse(""));
      long repetition = element.number(3, 0);
      boolean isRepeated = repeated || repetition == REPEATED;
      int level = depth + (repetition == OPTIONAL ? 1 : 0);
      if (element.number(5, 0) > 0) {
        next = leaves(schema, next, element.number(5), names, level, isRepeated);
      } else {
        int type = (int) element.number(1, -1);
        columns.add(new Column(columns.size(), List.copyOf(names), type, level, isRepeated));
      }
    }
    return next;
  }

  private void group(ThriftStruct group) throws MalformedException {
    List<Chunk> chunks = new ArrayList<>();
    for (ThriftStruct column : group.structs(1)) {
      if (column.text(1).isPresent()) {
        throw new MalformedException("columns in another file, \"" + column.text(1).get() + "\"");
      }
      ThriftStruct chunk = column.struct(3);
      long data = chunk.number(9);
      // 0 stands for "no dictionary" in files of some writers
      long dictionary = chunk.number(11, 0);
      long offset = dictionary > 0 ? Math.min(data, dictionary) : data;
      long bytes = chunk.number(7);
      if (offset < 4 || bytes < 0 || offset > length || bytes > length - offset) {
        throw new MalformedException(
            String.format("a column at offset %d of %d bytes in %d", offset, bytes, length));
      }
      chunks.add(new Chunk(offset, bytes, (int) chunk.number(4), chunk.number(5)));
    }
    long count = group.number(3);
    if (chunks.size() != columns.size() || count < 0 || rows + count > Integer.MAX_VALUE) {
      throw new MalformedException(
          String.format(
              "a row group of %d rows and %d columns, expected %d columns",
              count, chunks.size(), columns.size()));
    }
    if (count > 0) {
      groups.add(new RowGroup(rows, count, List.copyOf(chunks)));
      rows += count;
    }
  }

  Path path() {
    return path;
  }

  int rows() {
    return (int) rows;
  }

  List<Column> columns() {
    return columns;
  }

  List<RowGroup> groups() {
    return groups;
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
