package org.reprise.datasets.parquet;

import java.util.List;
import java.util.Set;

/** How values are written, by Parquet's numbers. */
final class Encoding {
  static final int PLAIN = 0;
  static final int PLAIN_DICTIONARY = 2;
  static final int RLE = 3;
  static final int DELTA_BINARY_PACKED = 5;
  static final int DELTA_LENGTH_BYTE_ARRAY = 6;
  static final int DELTA_BYTE_ARRAY = 7;
  static final int RLE_DICTIONARY = 8;

  private static final List<String> NAMES =
      List.of(
          "PLAIN",
          "GROUP_VAR_INT",
          "PLAIN_DICTIONARY",
          "RLE",
          "BIT_PACKED",
          "DELTA_BINARY_PACKED",
          "DELTA_LENGTH_BYTE_ARRAY",
          "DELTA_BYTE_ARRAY",
          "RLE_DICTIONARY",
          "BYTE_STREAM_SPLIT");

  /** Those that a column may list; bit-packed levels are listed where there are none at all. */
  private static final Set<Integer> READ = Set.of(0, 2, 3, 4, 5, 6, 7, 8);

  private Encoding() {}

  static boolean isRead(int encoding) {
    return READ.contains(encoding);
  }

  static String name(int encoding) {
    return encoding >= 0 && encoding < NAMES.size() ? NAMES.get(encoding) : "number " + encoding;
  }
}
