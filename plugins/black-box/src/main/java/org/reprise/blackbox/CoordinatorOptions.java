package org.reprise.blackbox;

import java.math.BigInteger;
import java.util.Optional;
import org.reprise.api.backbone.Backbone;
import org.reprise.api.options.Block;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;
import org.reprise.support.Ranges;

/**
 * Options of {@code coordinator}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param encoder whose features the prompt is made of; empty for the backbone itself
 * @param channels of the maps that the decoder starts from
 * @param groups of the decoder's first layer; empty for the most that divide channels and 64
 * @param strength what the prompt is multiplied by, positive
 */
public record CoordinatorOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option("a backbone whose features the prompt is made of; without it the run's own")
        Optional<Block<Backbone>> encoder,
    @Option(
            value = "channels of the maps that the decoder starts from; 32 to 64 are usual",
            defaultValue = "32")
        int channels,
    @Option("groups of the decoder's first layer; without it the most that divide channels and 64")
        Optional<Integer> groups,
    @Option(value = "what the prompt is multiplied by (p_eps), positive", defaultValue = "1")
        double strength) {

  /** Channels of what the decoder's first layer returns. */
  static final int WIDTH = 64;

  /** Checks the ranges. */
  public CoordinatorOptions {
    size.ifPresent(side -> Ranges.atLeast("size", side, 1));
    Ranges.atLeast("channels", channels, 1);
    int first = groups.orElse(most(channels));
    InvalidOptionException.unless(
        first >= 1 && channels % first == 0 && WIDTH % first == 0,
        "groups",
        "must divide the %s channels and %s, found %s",
        channels,
        WIDTH,
        first);
    Ranges.positive("strength", strength);
  }

  /** Returns the groups of the first layer. */
  int firstGroups() {
    return groups.orElse(most(channels));
  }

  // as many as channels, where these are the published 32 or 64
  private static int most(int channels) {
    return BigInteger.valueOf(channels).gcd(BigInteger.valueOf(WIDTH)).intValue();
  }
}
