package org.reprise.prompts.additive;

import java.util.Optional;
import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code low-rank}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param rank of the two factors of each colour
 * @param deviation of the normal values that the second factor starts from
 */
public record LowRankOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(value = "rank of the two factors of each colour", defaultValue = "4") int rank,
    @Option(
            value = "standard deviation of the normal values that A starts from; B starts at zero",
            defaultValue = "0.01")
        double deviation) {

  /** Checks the ranges. */
  public LowRankOptions {
    size.ifPresent(side -> Ranges.atLeast("size", side, 1));
    Ranges.atLeast("rank", rank, 1);
    Ranges.positive("deviation", deviation);
  }
}
