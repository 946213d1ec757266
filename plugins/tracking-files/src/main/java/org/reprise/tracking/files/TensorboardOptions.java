package org.reprise.tracking.files;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code tensorboard}.
 *
 * @param pictureEvery epochs between pictures of the prompt and histograms of the mapping
 */
public record TensorboardOptions(
    @Option(
            value =
                "epochs between pictures of the prompt and histograms of the mapping; the first and"
                    + " the last have both always; 0 for none",
            defaultValue = "10")
        int pictureEvery) {
  /** Checks the range. */
  public TensorboardOptions {
    InvalidOptionException.unless(
        pictureEvery >= 0, "picture-every", "must be 0 or more, found %d", pictureEvery);
  }
}
