package org.reprise.datasets.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** The compressions of pages that are read, by Parquet's numbers. */
final class Codec {
  private static final int NONE = 0;
  private static final int SNAPPY = 1;
  private static final int GZIP = 2;
  private static final int ZSTD = 6;
  private static final int LZ4_RAW = 7;
  private static final String[] NAMES = {
    "none", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4_raw"
  };

  private Codec() {}

  /**
   * Inflates a page.
   *
   * @param codec Parquet's number
   * @param page compressed bytes
   * @param size how many bytes it holds
   * @throws IOException if it does not hold just as many, or by another codec
   */
  static byte[] inflate(int codec, byte[] page, int size) throws IOException {
    if (codec == NONE) {
      if (page.length != size) {
        throw new IOException(page.length + " bytes, expected " + size);
      }
      return page;
    }
    byte[] inflated = new byte[size];
    int length =
        switch (codec) {
          case SNAPPY -> inflate(new SnappyDecompressor(), page, inflated);
          case ZSTD -> inflate(new ZstdDecompressor(), page, inflated);
          case LZ4_RAW -> inflate(new Lz4Decompressor(), page, inflated);
          case GZIP -> gunzip(page, inflated);
          default ->
              throw new IOException(
                  "compression "
                      + (codec >= 0 && codec < NAMES.length ? NAMES[codec] : codec)
                      + " is not read; expected none, snappy, gzip, zstd or lz4_raw");
        };
    if (length != size) {
      throw new IOException("inflates to " + length + " bytes, expected " + size);
    }
    return inflated;
  }

  private static int inflate(Decompressor decompressor, byte[] page, byte[] inflated)
      throws IOException {
    try {
      return decompressor.decompress(page, 0, page.length, inflated, 0, inflated.length);
    } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("damaged compressed data: " + e.getMessage(), e);
    }
  }

  private static int gunzip(byte[] page, byte[] inflated) throws IOException {
    try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(page))) {
      int length = stream.readNBytes(inflated, 0, inflated.length);
      if (stream.read() >= 0) {
        throw new IOException("inflates to more than " + inflated.length + " bytes");
      }
      return length;
    }
  }
}
