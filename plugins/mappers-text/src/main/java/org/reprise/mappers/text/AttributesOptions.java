package org.reprise.mappers.text;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code attributes}.
 *
 * @param topK k, texts of a class that count for an image, at least 1
 * @param alpha weight of the first group of texts, in [0,1]; the others share the rest
 */
public record AttributesOptions(
    @Option(
            value = "texts of a class that count, those most similar to the image; 1 or more",
            defaultValue = "3")
        int topK,
    @Option(
            value =
                "weight of the first group of texts, 0 to 1; the other groups share the rest;"
                    + " without other groups it does not matter",
            defaultValue = "0.5")
        double alpha) {

  /** Checks the ranges. */
  public AttributesOptions {
    InvalidOptionException.unless(topK >= 1, "top-k", "must be 1 or more, found %d", topK);
    InvalidOptionException.unless(
        alpha >= 0 && alpha <= 1, "alpha", "must lie in [0,1], found %s", alpha);
  }
}
