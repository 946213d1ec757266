package org.reprise.budget;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Image files, each read whole. Several are at once, so each may take a part of the heap only. */
public final class ImageFile {
  private static final int SIDE_BY_SIDE = Math.max(4, Runtime.getRuntime().availableProcessors());
  private static final long LONGEST =
      Math.min(1L << 29, Runtime.getRuntime().maxMemory() / 4 / SIDE_BY_SIDE);

  private ImageFile() {}

  /**
   * Reads an image file.
   *
   * @param file any file
   * @return its bytes
   * @throws IOException if it cannot be read, or holds more than 512 MiB or a sixteenth of Java's
   *     heap (less with more than four processors: a quarter for all of them); nothing of that size
   *     is allocated then
   */
  public static byte[] read(Path file) throws IOException {
    FileKind.require(file);
    try (InputStream stream = Files.newInputStream(file)) {
      long size = Files.size(file);
      byte[] bytes = size > LONGEST ? null : stream.readNBytes((int) LONGEST + 1);
      if (bytes == null || bytes.length > LONGEST) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%,d bytes or more are too many for an image; at most %,d are read with this heap",
                Math.max(size, LONGEST + 1),
                LONGEST));
      }
      return bytes;
    }
  }
}
