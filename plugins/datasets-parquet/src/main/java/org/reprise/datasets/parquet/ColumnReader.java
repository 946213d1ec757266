package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reprise.datasets.parquet.ThriftStruct.MalformedException;

/**
 * Reads single values of a column. The pages of a row group are found by their headers when the
 * group is first asked for; a page is inflated when one of its rows is, and the last few are kept,
 * at most {@value #KEPT_BYTES} bytes of them and the one in use. Thread-safe.
 */
final class ColumnReader {
  private static final long KEPT_BYTES = 64L << 20;
  private static final int FIRST_WINDOW = 1 << 12;
  private static final int LAST_WINDOW = 1 << 22; // bytes in which a page header must fit

  /** A data page: its rows, where its bytes are, and the dictionary that stands before it. */
  private record Located(long firstRow, Page page, long offset, Located dictionary) {}

  private final ParquetFile file;
  private final Column column;
  private final Map<Integer, List<Located>> pages = new LinkedHashMap<>();
  private final LinkedHashMap<Long, Values> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long keptBytes;

  ColumnReader(ParquetFile file, Column column) {
    this.file = file;
    this.column = column;
  }

  /** One value: the page's values and its place among them. */
  record Cell(Values values, int index) {
    boolean isNull() {
      return values.isNull(index);
    }
  }

  /** Reads the value of a row of the file. */
  Cell read(int row) throws IOException {
    int number = group(row);
    ParquetFile.RowGroup group = file.groups().get(number);
    List<Located> located = pages(number, group);
    int low = 0;
    int high = located.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (located.get(middle).firstRow() <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Located found = located.get(low);
    return new Cell(values(found, codec(group)), (int) (row - found.firstRow()));
  }

  private int codec(ParquetFile.RowGroup group) {
    return group.chunks().get(column.index()).codec();
  }

  private int group(int row) {
    List<ParquetFile.RowGroup> groups = file.groups();
    int low = 0;
    int high = groups.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (groups.get(middle).firstRow() <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private synchronized List<Located> pages(int number, ParquetFile.RowGroup group)
      throws IOException {
    List<Located> known = pages.get(number);
    if (known == null) {
      known = locate(group);
      pages.put(number, known);
    }
    return known;
  }

  private List<Located> locate(ParquetFile.RowGroup group) throws IOException {
    ParquetFile.Chunk chunk = group.chunks().get(column.index());
    long end = chunk.offset() + chunk.bytes();
    long offset = chunk.offset();
    long row = group.firstRow();
    Located dictionary = null;
    List<Located> located = new ArrayList<>();
    while (offset < end && row < group.firstRow() + group.rows()) {
      ByteBuffer window = ByteBuffer.allocate(0);
      Page page = null;
      for (int size = FIRST_WINDOW; page == null; size *= 32) {
        int bytes = (int) Math.min(size, end - offset);
        window = file.read(offset, bytes);
        try {
          page = Page.read(window);
        } catch (MalformedException e) {
          if (size >= LAST_WINDOW || bytes == end - offset) {
            throw damaged(offset, e.getMessage());
          }
        }
      }
      long data = offset + window.position();
      if (page.stored() > end - data) {
        throw damaged(offset, "a page of " + page.stored() + " bytes beyond its column");
      }
      if (page.kind() == Page.DICTIONARY) {
        dictionary = new Located(row, page, data, null);
      } else if (page.kind() == Page.DATA || page.kind() == Page.DATA_V2) {
        located.add(new Located(row, page, data, dictionary));
        row += page.values();
      }
      offset = data + page.stored();
    }
    if (row != group.firstRow() + group.rows()) {
      throw damaged(
          chunk.offset(),
          String.format("pages with %d of %d rows", row - group.firstRow(), group.rows()));
    }
    located.removeIf(page -> page.page().values() == 0);
    return located;
  }

  private Values values(Located located, int codec) throws IOException {
    synchronized (this) {
      Values values = kept.get(located.offset());
      if (values != null) {
        return values;
      }
    }
    // two threads may inflate the same page at once; both get the same values
    Values dictionary = located.dictionary() == null ? null : values(located.dictionary(), codec);
    Page page = located.page();
    byte[] bytes = file.read(located.offset(), page.stored()).array();
    Values values;
    try {
      values =
          page.kind() == Page.DICTIONARY
              ? page.dictionary(bytes, column, codec)
              : page.decode(bytes, column, codec, dictionary);
    } catch (IOException e) {
      throw damaged(located.offset(), e.getMessage());
    }
    keep(located.offset(), values);
    return values;
  }

  private synchronized void keep(long offset, Values values) {
    Values before = kept.put(offset, values);
    keptBytes += bytes(values) - (before == null ? 0 : bytes(before));
    Iterator<Map.Entry<Long, Values>> oldest = kept.entrySet().iterator();
    while (keptBytes > KEPT_BYTES && kept.size() > 1) {
      keptBytes -= bytes(oldest.next().getValue());
      oldest.remove();
    }
  }

  private static long bytes(Values values) {
    return values.data().limit() + 8L * values.count();
  }

  private IOException damaged(long offset, String what) {
    return new IOException(
        String.format("%s: column %s, offset %d: %s", file.path(), column.name(), offset, what));
  }
}
