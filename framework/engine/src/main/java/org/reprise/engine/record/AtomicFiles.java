package org.reprise.engine.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces files so that a reader, also after a crash, sees either the old content or the new one,
 * whole.
 */
public final class AtomicFiles {

  /** Writes a file under a name of its own. */
  public interface Writer {
    void write(Path temporary) throws IOException;
  }

  private AtomicFiles() {}

  /**
   * Replaces a file.
   *
   * @param file the file
   * @param writer writes and syncs the temporary file
   * @throws IOException if writing failed, naming the file; the old one is still there then
   */
  public static void replace(Path file, Writer writer) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FileSystemException(file.toString(), null, WriteFailure.NO_FILE);
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      writer.write(temporary);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw WriteFailure.naming(file, e);
    }
    syncFolder(file.toAbsolutePath().getParent());
  }

  /** Replaces a text file. */
  public static void replace(Path file, String text) throws IOException {
    replace(
        file,
        temporary -> {
          try (FileChannel channel =
              FileChannel.open(
                  temporary,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
            channel.force(true);
          }
        });
  }

  // The rename itself is durable once the folder is synced; Windows cannot open folders and needs
  // no such call.
  private static void syncFolder(Path folder) throws IOException {
    if (!System.getProperty("os.name").startsWith("Windows")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
