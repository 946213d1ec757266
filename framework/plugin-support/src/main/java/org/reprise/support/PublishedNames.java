package org.reprise.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.api.download.Download;

/** Options that take a file or the name of a published one. */
public final class PublishedNames {
  private PublishedNames() {}

  /**
   * Finds what an option means. A path is absolute once bound, so a published name is recognised by
   * the path's last part; a file that exists comes first.
   *
   * @param option what error messages call the option, e.g. {@code backbone.weights}
   * @param written its value
   * @param family what the names of {@code published} begin with, before a slash; not written in
   *     experiments
   * @param published what can be fetched
   * @return the row of that name; empty if {@code written} is a file
   * @throws InvalidInputException if it is neither
   */
  public static Optional<Download> find(
      String option, Path written, String family, List<Download> published) {
    if (Files.exists(written)) {
      return Optional.empty();
    }
    String wanted = family + "/" + written.getFileName();
    Optional<Download> found =
        published.stream().filter(download -> download.name().equals(wanted)).findFirst();
    if (found.isEmpty()) {
      List<String> names =
          published.stream()
              .map(download -> download.name().substring(family.length() + 1))
              .toList();
      throw new InvalidInputException(
          option
              + ": "
              + written
              + ": no such file"
              + (names.isEmpty()
                  ? ""
                  : "; the published ones of " + family + " are " + String.join(", ", names)));
    }
    return found;
  }
}
