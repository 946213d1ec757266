package org.reprise.mappers.text;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code dvp}.
 *
 * @param topK k, texts of an image's own class that count as evidence, at least 1
 */
public record DvpOptions(
    @Option(
            value =
                "texts of an image's own class that count as evidence, those most similar to it; 1"
                    + " or more",
            defaultValue = "3")
        int topK) {

  /** Checks the range. */
  public DvpOptions {
    InvalidOptionException.unless(topK >= 1, "top-k", "must be 1 or more, found %d", topK);
  }
}
