package org.reprise.engine.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.reprise.api.InvalidInputException;

/**
 * SHA-256 of files and folders. The digest of a file is remembered in the cache folder, by path,
 * size, and the times of its content and of its entry in the file system, so that large weights are
 * read once. A cache that cannot be written costs time only.
 */
public final class Digests {

  /** A file that changed so lately may change again without another time. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private final Path memory;

  /**
   * Uses a cache folder.
   *
   * @param cache may not exist yet
   */
  public Digests(Path cache) {
    this.memory = cache.resolve("digests");
  }

  /**
   * Digests content.
   *
   * @param path a file, or a folder: relative names and contents of all files below it
   * @return 64 hexadecimal digits; the same wherever the content lies
   * @throws InvalidInputException if something cannot be read
   */
  public String content(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        return file(path);
      }
      Map<String, String> files = new TreeMap<>();
      for (Path file : filesBelow(path)) {
        files.put(path.relativize(file).toString().replace('\\', '/'), file(file));
      }
      return ofText(files.toString());
    } catch (IOException e) {
      throw new InvalidInputException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Digests names, sizes and times instead of content, for folders too large to be read: they
   * change whenever somebody writes to a file.
   *
   * @param path a file, or a folder with everything below it
   * @return 64 hexadecimal digits
   * @throws InvalidInputException if something cannot be read
   */
  public static String stamps(Path path) {
    try {
      List<String> lines = new ArrayList<>();
      for (Path file : Files.isDirectory(path) ? filesBelow(path) : List.of(path)) {
        lines.add(file + " " + Stamp.of(file));
      }
      return ofText(String.join("\n", lines));
    } catch (IOException e) {
      throw new InvalidInputException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Digests as {@link #stamps}, unless a file has changed so lately that it may change again
   * without another time.
   *
   * @param path a file, or a folder with everything below it
   * @return 64 hexadecimal digits; empty where they could be those of another content
   * @throws InvalidInputException if something cannot be read
   */
  public static Optional<String> settledStamps(Path path) {
    try {
      List<String> lines = new ArrayList<>();
      for (Path file : Files.isDirectory(path) ? filesBelow(path) : List.of(path)) {
        Stamp stamp = Stamp.of(file);
        if (!stamp.isSettled()) {
          return Optional.empty();
        }
        lines.add(file + " " + stamp);
      }
      return Optional.of(ofText(String.join("\n", lines)));
    } catch (IOException e) {
      throw new InvalidInputException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Digests a text. */
  public static String ofText(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Path> filesBelow(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          // a loop of links, or a file that is not to be read; whoever needs it will say so
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  private String file(Path file) throws IOException {
    Path place = file.toRealPath();
    Stamp before = Stamp.of(place);
    Path remembered = memory.resolve(ofText(place.toString()).substring(0, 32));
    String head = place + "\n" + before + "\n";
    if (Files.isRegularFile(remembered)) {
      String text = Files.readString(remembered);
      if (text.startsWith(head) && text.length() == head.length() + 64) {
        return text.substring(head.length());
      }
    }
    String digest = read(place);
    if (before.isSettled() && before.equals(Stamp.of(place))) {
      remember(remembered, head + digest);
    }
    return digest;
  }

  private static String read(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void remember(Path file, String text) {
    try {
      Files.createDirectories(memory);
      Path temporary = Files.createTempFile(memory, "new", null);
      Files.writeString(temporary, text);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      return; // the next process digests it again
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * By what a changed file is recognised without reading it.
   *
   * @param size bytes
   * @param modified when its content was written, as the file says, which a program may set
   * @param changed when the system last wrote to its entry, where it tells
   */
  private record Stamp(long size, FileTime modified, FileTime changed) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
      FileTime changed = basic.lastModifiedTime();
      if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
        changed = (FileTime) Files.getAttribute(file, "unix:ctime");
      }
      return new Stamp(basic.size(), basic.lastModifiedTime(), changed);
    }

    boolean isSettled() {
      Instant limit = Instant.now().minus(SETTLED);
      return modified.toInstant().isBefore(limit) && changed.toInstant().isBefore(limit);
    }
  }
}
