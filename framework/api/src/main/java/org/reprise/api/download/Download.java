package org.reprise.api.download;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A published file.
 *
 * @param name what a user calls it, e.g. {@code resnet18/imagenet1k-v1} or {@code cifar10}; several
 *     files may share one
 * @param uri where its authors publish it; empty where it cannot be fetched by a program
 * @param fileName name of the file in the cache; unique among the files of one name
 * @param bytes its size, where known
 * @param checksum {@code sha256:} and 64 hexadecimal digits, {@code sha256-prefix:} and the first 8
 *     or more of them, or {@code md5:} and 32; what the authors publish
 * @param licence a short name, or what the authors say
 * @param source where all this was found, for people: a page or a repository
 * @param note what a user has to know or do; empty for nothing
 */
public record Download(
    String name,
    Optional<URI> uri,
    String fileName,
    OptionalLong bytes,
    Optional<String> checksum,
    String licence,
    String source,
    String note) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+._-]*(/[a-z0-9+._-]+)*");
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_+.-]*");
  private static final Pattern CHECKSUM =
      Pattern.compile("sha256:[0-9a-f]{64}|sha256-prefix:[0-9a-f]{8,63}|md5:[0-9a-f]{32}");

  /**
   * Checks the fields.
   *
   * @throws IllegalArgumentException if one is not as described
   */
  public Download {
    require(NAME.matcher(name).matches(), "name", name);
    require(FILE_NAME.matcher(fileName).matches(), "file", fileName);
    checksum.ifPresent(sum -> require(CHECKSUM.matcher(sum).matches(), "checksum", sum));
    bytes.ifPresent(size -> require(size > 0, "bytes", Long.toString(size)));
    uri.ifPresent(
        address ->
            require(
                address.getHost() != null
                    && ("https".equals(address.getScheme()) || "http".equals(address.getScheme())),
                "url",
                address.toString()));
    require(uri.isPresent() || !note.isBlank(), "note", "nothing, though there is no url");
  }

  private static void require(boolean holds, String field, String found) {
    if (!holds) {
      throw new IllegalArgumentException(field + " is not valid: " + found);
    }
  }
}
