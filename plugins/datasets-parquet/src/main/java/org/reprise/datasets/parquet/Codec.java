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
import org.brotli.dec.BrotliInputStream;

/** The compressions of pages that are read, by Parquet's numbers. */
final class Codec {
  private static final int NONE = 0;
  private static final int SNAPPY = 1;
  private static final int GZIP = 2;
  private static final int BROTLI = 4;
  private static final int ZSTD = 6;
  private static final int LZ4_RAW = 7;
  private static final String[] NAMES = {
    "none", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4_raw"
  };

  private Codec() {}

  static boolean isRead(int codec) {
    return switch (codec) {
      case NONE, SNAPPY, GZIP, BROTLI, ZSTD, LZ4_RAW -> true;
      default -> false;
    };
  }

  static String name(int codec) {
    return codec >= 0 && codec < NAMES.length ? NAMES[codec] : "number " + codec;
  }

  /**
   * Inflates a page.
   *
   * @param codec Parquet's number, one that is read
   * @param page compressed bytes
   * @param size how many bytes it holds; the caller has checked that they may be allocated
   * @throws IOException if it does not hold just as many
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
          case GZIP -> read(new GZIPInputStream(new ByteArrayInputStream(page)), inflated);
          case BROTLI -> unbrotli(page, inflated);
          default -> throw new IllegalArgumentException("checked when opened: " + codec);
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

  private static int unbrotli(byte[] page, byte[] inflated) throws IOException {
    try {
      return read(new BrotliInputStream(new ByteArrayInputStream(page)), inflated);
    } catch (IllegalStateException | IndexOutOfBoundsException e) {
      throw new IOException("damaged compressed data: " + e.getMessage(), e);
    }
  }

  private static int read(InputStream inflater, byte[] inflated) throws IOException {
    try (inflater) {
      int length = inflater.readNBytes(inflated, 0, inflated.length);
      if (inflater.read() >= 0) {
        throw new IOException("inflates to more than " + inflated.length + " bytes");
      }
      return length;
    }
  }
}
