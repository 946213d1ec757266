package org.reprise.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.reprise.api.download.Download;

/**
 * Reads tables of published files. One paragraph for each file, paragraphs separated by an empty
 * line, lines that begin with # are comments:
 *
 * <pre>
 * name: resnet18/imagenet1k-v1
 * url: https://download.pytorch.org/models/resnet18-f37072fd.pth
 * checksum: sha256-prefix:f37072fd
 * licence: BSD-3-Clause
 * source: torchvision
 * </pre>
 *
 * <p>Keys are those of {@link Download}: {@code name}, {@code licence} and {@code source} are
 * required; {@code url}, {@code checksum}, {@code bytes} and {@code note} are not; {@code file} is
 * the last part of the URL unless given.
 */
public final class DownloadTable {
  private static final Set<String> KEYS =
      Set.of("name", "url", "file", "bytes", "checksum", "licence", "source", "note");

  private DownloadTable() {}

  /**
   * Reads a table that is a resource of a plugin.
   *
   * @param owner a class of the plugin
   * @param resource its name, relative to the class
   * @return the rows
   * @throws IllegalArgumentException if there is no such resource or a row is not valid; the
   *     message has the line
   */
  public static List<Download> ofResource(Class<?> owner, String resource) {
    try (InputStream stream = owner.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalArgumentException(owner.getName() + " has no resource " + resource);
      }
      return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8), resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a table.
   *
   * @param text the table
   * @param place what error messages call it
   * @return the rows
   * @throws IllegalArgumentException if a row is not valid; the message has the line
   */
  public static List<Download> parse(String text, String place) {
    List<Download> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Map<String, String> row = new LinkedHashMap<>();
    String[] lines = (text + "\n\n").split("\n", -1);
    int first = 1;
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.isEmpty()) {
        if (!row.isEmpty()) {
          Download download = download(row, place + ":" + first);
          if (!seen.add(download.name() + "/" + download.fileName())) {
            throw new IllegalArgumentException(
                place + ":" + first + ": " + download.name() + " has this file already");
          }
          rows.add(download);
          row.clear();
        }
        continue;
      }
      if (line.startsWith("#")) {
        continue;
      }
      if (row.isEmpty()) {
        first = i + 1;
      }
      int colon = line.indexOf(':');
      String key = colon < 0 ? line : line.substring(0, colon).strip();
      if (colon < 0 || !KEYS.contains(key)) {
        throw new IllegalArgumentException(
            place + ":" + (i + 1) + ": unknown key \"" + key + "\"; known are " + sorted());
      }
      if (row.put(key, line.substring(colon + 1).strip()) != null) {
        throw new IllegalArgumentException(
            place + ":" + (i + 1) + ": \"" + key + "\" twice in one paragraph");
      }
    }
    return List.copyOf(rows);
  }

  private static String sorted() {
    return String.join(", ", KEYS.stream().sorted().toList());
  }

  private static Download download(Map<String, String> row, String place) {
    for (String key : List.of("name", "licence", "source")) {
      if (row.getOrDefault(key, "").isEmpty()) {
        throw new IllegalArgumentException(place + ": \"" + key + "\" is missing");
      }
    }
    try {
      Optional<URI> uri = Optional.ofNullable(row.get("url")).map(URI::create);
      String path = uri.map(URI::getPath).orElse("");
      return new Download(
          row.get("name"),
          uri,
          row.getOrDefault("file", path.substring(path.lastIndexOf('/') + 1)),
          row.containsKey("bytes")
              ? OptionalLong.of(Long.parseLong(row.get("bytes")))
              : OptionalLong.empty(),
          Optional.ofNullable(row.get("checksum")),
          row.get("licence"),
          row.get("source"),
          row.getOrDefault("note", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
    }
  }
}
