package org.reprise.engine.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.reprise.engine.store.SampleCache;

/**
 * Recognises that the files a data set is read from have changed: by their names, sizes and times,
 * not by their content.
 */
final class SourceFiles {
  private SourceFiles() {}

  /** Returns the files and folders that options name; none for a data set made by a program. */
  static List<Path> named(Map<String, Object> options) {
    List<Path> files = new ArrayList<>();
    for (Object option : options.values()) {
      if (option instanceof String text && (text.startsWith("/") || isWindowsPath(text))) {
        Path path = Path.of(text);
        if (Files.exists(path)) {
          files.add(path);
        }
      }
    }
    return files;
  }

  private static boolean isWindowsPath(String text) {
    return text.matches("[A-Za-z]:\\\\.*|\\\\\\\\.*");
  }

  /**
   * Digests texts, and name, size and time of every file below some paths.
   *
   * @return SHA-256, hexadecimal
   */
  static String digest(List<String> texts, List<Path> paths) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path path : paths) {
      Files.walkFileTree(
          path,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              lines.add(
                  file
                      + "\n"
                      + attributes.size()
                      + "\n"
                      + attributes.lastModifiedTime().toMillis());
              return FileVisitResult.CONTINUE;
            }

            // a loop of links, or a file that is not to be read; the data set will say so if it
            // matters
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              lines.add(file + "\nunreadable");
              return FileVisitResult.CONTINUE;
            }
          });
    }
    lines.sort(null);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(("reader " + SampleCache.VERSION + "\0").getBytes(StandardCharsets.UTF_8));
      for (String text : texts) {
        digest.update((text + "\0").getBytes(StandardCharsets.UTF_8));
      }
      for (String line : lines) {
        digest.update((line + "\0").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
