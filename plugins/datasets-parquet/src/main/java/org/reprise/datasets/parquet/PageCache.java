package org.reprise.datasets.parquet;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The pages of a data set that were read last, all columns and files together. Thread-safe; pages
 * are decoded one at a time, so that two threads that want the same one do not both do it, and no
 * more memory is taken however many threads read.
 */
final class PageCache {
  private static final long MOST_BYTES = Math.min(1L << 28, Runtime.getRuntime().maxMemory() / 8);

  private record Key(ColumnReader column, long offset) {}

  private final LinkedHashMap<Key, PageContent> pages = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** Decodes a page. */
  interface Decoder {
    PageContent decode() throws IOException;
  }

  /** Returns a page, decoded if it is not kept. */
  synchronized PageContent get(ColumnReader column, long offset, Decoder decoder)
      throws IOException {
    Key key = new Key(column, offset);
    PageContent known = pages.get(key);
    if (known != null) {
      return known;
    }
    PageContent page = decoder.decode(); // may ask for its dictionary
    pages.put(key, page);
    bytes += page.cost();
    Iterator<Map.Entry<Key, PageContent>> oldest = pages.entrySet().iterator();
    while (bytes > MOST_BYTES && pages.size() > 1) {
      bytes -= oldest.next().getValue().cost();
      oldest.remove();
    }
    return page;
  }
}
