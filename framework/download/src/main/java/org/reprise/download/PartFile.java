package org.reprise.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;

/**
 * What is there of a download, {@code <name>.part}, and beside it which version of the file it is a
 * part of, as the server named it.
 */
final class PartFile {
  private final Path data;
  private final Path origin;
  private final URI uri;

  PartFile(Path target, URI uri) {
    this.data = target.resolveSibling(target.getFileName() + ".part");
    this.origin = target.resolveSibling(target.getFileName() + ".part.origin");
    this.uri = uri;
  }

  Path data() {
    return data;
  }

  long size() throws IOException {
    return Files.exists(data) ? Files.size(data) : 0;
  }

  /** Returns what to ask the server to compare before it sends the rest; empty to start anew. */
  Optional<String> validator() throws IOException {
    if (size() == 0 || !Files.exists(origin)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (InputStream stream = Files.newInputStream(origin)) {
      properties.load(stream);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // damaged
    }
    return uri.toString().equals(properties.getProperty("url"))
        ? Optional.ofNullable(properties.getProperty("validator"))
        : Optional.empty();
  }

  /** Forgets what is there and remembers which version comes now. */
  void restart(Optional<String> validator) throws IOException {
    delete();
    Properties properties = new Properties();
    properties.setProperty("url", uri.toString());
    validator.ifPresent(value -> properties.setProperty("validator", value));
    try (OutputStream stream = Files.newOutputStream(origin)) {
      properties.store(stream, null);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  OutputStream append() throws IOException {
    try {
      return Files.newOutputStream(data, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Returns how many bytes may still be written where the file lies; a little is left to others.
   */
  long room() throws IOException {
    long usable = Files.getFileStore(data.toAbsolutePath().getParent()).getUsableSpace();
    return usable - usable / 20;
  }

  /** Words a failure to write, which is not cured by asking the server again. */
  DownloadException unwritable(IOException e) {
    return new DownloadException(
        data
            + " cannot be written: "
            + e.getMessage()
            + ". What is there is kept; asked again, it goes on",
        e);
  }

  /** Gives the complete file its name, on the disk for good. */
  void moveTo(Path target) throws IOException {
    try (FileChannel channel = FileChannel.open(data, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(data, target); // a rename in one folder; never over a file that is there
    Files.deleteIfExists(origin);
  }

  void delete() throws IOException {
    Files.deleteIfExists(data);
    Files.deleteIfExists(origin);
  }
}
