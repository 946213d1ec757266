package org.reprise.prompts.masks;

import java.util.Optional;
import org.reprise.api.options.Block;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;
import org.reprise.api.training.ParameterGroup;
import org.reprise.api.training.UpdateRule;
import org.reprise.support.Ranges;

/**
 * Options of {@code smm}.
 *
 * @param size height and width of the network input, pixels; empty for the backbone's
 * @param layers of the mask network: 5 or 6
 * @param patch height and width of the squares in which a mask has one value, pixels: a power of 2,
 *     at most 16 with 5 layers and 32 with 6
 * @param channels 3 for a mask of each colour, 1 for one that they share
 * @param margin pixels that images to train on are larger by, for a random crop
 * @param maskOptimizer the update rule of the mask network
 * @param maskSchedule whether its rate follows the run's schedule
 */
public record SmmOptions(
    @Option("height and width of the network input, pixels; without it the backbone's")
        Optional<Integer> size,
    @Option(value = "layers of the mask network: 5 or 6", defaultValue = "5") int layers,
    @Option(
            value =
                "side of the squares in which a mask has one value, pixels: a power of 2, at most"
                    + " 16 with 5 layers and 32 with 6",
            defaultValue = "8")
        int patch,
    @Option(
            value = "3 for a mask of each colour, 1 for one that the colours share",
            defaultValue = "3")
        int channels,
    @Option(
            value = "pixels that images to train on are larger by, for a random crop; 0 or more",
            defaultValue = "32")
        int margin,
    @Option(value = "the update rule of the mask network", defaultValue = "{name: adam, lr: 0.01}")
        Block<UpdateRule> maskOptimizer,
    @Option(
            value = "whether the mask network's rate follows training.schedule, or is constant",
            defaultValue = "follow")
        ParameterGroup.Schedule maskSchedule) {

  /** Checks the ranges. */
  public SmmOptions {
    size.ifPresent(side -> Ranges.atLeast("size", side, 1));
    InvalidOptionException.unless(
        layers == 5 || layers == 6, "layers", "must be 5 or 6, found %s", layers);
    int most = 1 << (layers - 1);
    InvalidOptionException.unless(
        patch >= 1 && patch <= most && Integer.bitCount(patch) == 1,
        "patch",
        "must be a power of 2 from 1 to %s with %s layers, found %s",
        most,
        layers,
        patch);
    InvalidOptionException.unless(
        channels == 1 || channels == 3, "channels", "must be 1 or 3, found %s", channels);
    Ranges.atLeast("margin", margin, 0);
  }
}
