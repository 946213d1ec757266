package org.reprise.download;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What a file's digest must be.
 *
 * @param algorithm {@code SHA-256} or {@code MD5}
 * @param hex the digest's first digits, or all of them, in lower case
 */
public record Checksum(String algorithm, String hex) {

  /**
   * Reads a checksum.
   *
   * @param text {@code sha256:}, {@code sha256-prefix:} or {@code md5:}, then hexadecimal digits
   * @return the checksum
   * @throws IllegalArgumentException if it is written otherwise
   */
  public static Checksum parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "" : text.substring(0, colon);
    String hex = text.substring(colon + 1).toLowerCase(Locale.ROOT);
    String algorithm =
        switch (kind) {
          case "sha256", "sha256-prefix" -> "SHA-256";
          case "md5" -> "MD5";
          default -> throw new IllegalArgumentException("not a checksum: " + text);
        };
    int digits = kind.equals("sha256") ? 64 : kind.equals("md5") ? 32 : -1;
    if (!hex.matches("[0-9a-f]+") || (digits < 0 ? hex.length() < 8 : hex.length() != digits)) {
      throw new IllegalArgumentException("not a checksum: " + text);
    }
    return new Checksum(algorithm, hex);
  }

  /**
   * Computes a file's digest.
   *
   * @param file any file
   * @return all digits of the digest by this algorithm
   * @throws IOException if it cannot be read
   */
  public String of(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      byte[] buffer = new byte[1 << 18];
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256 and MD5", e);
    }
  }

  /**
   * Tells whether a digest agrees.
   *
   * @param digest from {@link #of}
   * @return true if it begins with this checksum's digits
   */
  public boolean matches(String digest) {
    return digest.startsWith(hex);
  }

  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
