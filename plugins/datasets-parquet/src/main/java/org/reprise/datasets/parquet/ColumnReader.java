package org.reprise.datasets.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;

/**
 * Reads single values of a column. The pages of a row group are found by their headers when the
 * group is first asked for; a page is inflated when one of its rows is. Thread-safe.
 */
final class ColumnReader {
  private static final int FIRST_WINDOW = 1 << 12;
  private static final int LAST_WINDOW = 1 << 22; // bytes in which a page header must fit

  /** Finding a page costs a read of its header; a page of a sound file has a kilobyte at least. */
  private static final long PAGE = 256;

  /** A data page: its rows, where its bytes are, and the dictionary that stands before it. */
  private record Located(
      long firstRow, PageHeader page, long offset, Optional<Located> dictionary) {}

  /** Takes a value out of a page. */
  private interface Taking<T> {
    T take(Values values, int place) throws IOException;
  }

  private final ParquetFile file;
  private final Column column;
  private final List<ParquetFile.Chunk> chunks;
  private final PageCache cache;
  private final Map<Integer, List<Located>> pages = new HashMap<>();

  ColumnReader(ParquetFile file, Column column, PageCache cache) throws IOException {
    this.file = file;
    this.column = column;
    this.chunks = file.chunks(column);
    this.cache = cache;
    for (ParquetFile.Chunk chunk : chunks) {
      if (!Codec.isRead(chunk.codec())) {
        throw notRead(
            "compression \"" + Codec.name(chunk.codec()) + "\"",
            "none, snappy, gzip, brotli, zstd and lz4_raw are read");
      }
      for (int encoding : chunk.encodings()) {
        if (!Encoding.isRead(encoding)) {
          throw notRead(
              "encoding " + Encoding.name(encoding),
              "plain, dictionary, RLE and the delta encodings are read");
        }
      }
    }
  }

  private InvalidInputException notRead(String what, String read) {
    return new InvalidInputException(
        String.format(
            "%s: column %s has %s, which is not read; %s, so write the file anew",
            file.path(), column.name(), what, read));
  }

  /**
   * Reads a byte array.
   *
   * @param row of the file
   * @return a new array; nothing for a null
   * @throws InvalidInputException if the file is damaged there
   */
  Optional<byte[]> bytes(int row) throws IOException {
    return read(row, Values::bytes);
  }

  /**
   * Reads an integer or a boolean.
   *
   * @param row of the file
   * @return its value, 0 or 1 of booleans; nothing for a null
   * @throws InvalidInputException if the file is damaged there
   */
  Optional<Long> number(int row) throws IOException {
    return read(row, Values::number);
  }

  private <T> Optional<T> read(int row, Taking<T> taking) throws IOException {
    int number = last(chunks.size(), i -> chunks.get(i).firstRow() <= row);
    List<Located> located = pages(number);
    Located found = located.get(last(located.size(), i -> located.get(i).firstRow() <= row));
    PageContent page = content(found, chunks.get(number).codec());
    int place = page.place((int) (row - found.firstRow()));
    try {
      return place < 0 ? Optional.empty() : Optional.of(taking.take(page.values(), place));
    } catch (MalformedException e) {
      throw damaged(found.offset(), e.getMessage());
    }
  }

  /** Says which things in ascending order are meant. */
  private interface Condition {
    boolean holds(int index);
  }

  private static int last(int size, Condition condition) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (condition.holds(middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private synchronized List<Located> pages(int number) throws IOException {
    List<Located> known = pages.get(number);
    if (known == null) {
      known = locate(chunks.get(number));
      pages.put(number, known);
    }
    return known;
  }

  private List<Located> locate(ParquetFile.Chunk chunk) throws IOException {
    long end = chunk.offset() + chunk.bytes();
    long offset = chunk.offset();
    long row = chunk.firstRow();
    long lastRow = chunk.firstRow() + chunk.rows();
    Optional<Located> dictionary = Optional.empty();
    List<Located> located = new ArrayList<>();
    while (offset < end && row < lastRow) {
      ByteBuffer window = ByteBuffer.allocate(0);
      PageHeader page = null;
      for (int size = FIRST_WINDOW; page == null; size *= 32) {
        int bytes = (int) Math.min(size, end - offset);
        window = file.read(offset, bytes);
        try {
          file.charge(PAGE);
          page = PageHeader.read(window, Budget.of(LAST_WINDOW));
        } catch (MalformedException e) {
          if (size >= LAST_WINDOW || bytes == end - offset) {
            throw damaged(offset, e.getMessage());
          }
        } catch (BudgetException e) {
          throw damaged(offset, e.getMessage());
        }
      }
      long data = offset + window.position();
      if (page.stored() > end - data || (page.holdsRows() && page.values() > lastRow - row)) {
        throw damaged(
            offset,
            String.format(
                "a page of %d bytes and %d values beyond its column, which has %d bytes and %d rows",
                page.stored(), page.values(), chunk.bytes(), chunk.rows()));
      }
      if (page.kind() == PageHeader.DICTIONARY) {
        dictionary = Optional.of(new Located(row, page, data, Optional.empty()));
      } else if (page.holdsRows() && page.values() > 0) {
        located.add(new Located(row, page, data, dictionary));
        row += page.values();
      }
      offset = data + page.stored();
    }
    if (row != lastRow) {
      throw damaged(
          chunk.offset(),
          String.format("pages with %d of %d rows", row - chunk.firstRow(), chunk.rows()));
    }
    return located;
  }

  private PageContent content(Located located, int codec) throws IOException {
    return cache.get(
        this,
        located.offset(),
        () -> {
          PageHeader page = located.page();
          Optional<Values> dictionary =
              located.dictionary().isPresent()
                  ? Optional.of(content(located.dictionary().get(), codec).values())
                  : Optional.empty();
          byte[] bytes = file.read(located.offset(), page.stored()).array();
          try {
            return page.kind() == PageHeader.DICTIONARY
                ? PageContent.dictionary(page, bytes, column, codec)
                : PageContent.data(page, bytes, column, codec, dictionary);
          } catch (IOException e) {
            throw damaged(located.offset(), e.getMessage());
          }
        });
  }

  private InvalidInputException damaged(long offset, String what) {
    return new InvalidInputException(
        String.format("%s: column %s, offset %d: %s", file.path(), column.name(), offset, what));
  }
}
