package org.reprise.mappers.ids;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code fixed}.
 *
 * @param ids the source label of each target label, by its number
 * @param file a text file with a source label on each line, by its number or name
 */
public record FixedOptions(
    @Option(
            "number of the source label of each target label, in order; without it and file 0, 1, 2 ...")
        Optional<List<Integer>> ids,
    @Option(
            "a text file with the source label of a target label on each line, a number or a name, instead of ids")
        Optional<Path> file) {

  /** Checks that ids come from one place. */
  public FixedOptions {
    InvalidOptionException.unless(
        ids.isEmpty() || file.isEmpty(), "file", "cannot stand beside ids");
  }
}
