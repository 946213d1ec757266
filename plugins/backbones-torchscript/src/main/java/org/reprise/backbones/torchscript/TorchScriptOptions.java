package org.reprise.backbones.torchscript;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.reprise.api.backbone.Normalization;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code torchscript}.
 *
 * @param file the exported network
 * @param labels a text file, a source label's name on each line; numbers if absent
 * @param size height and width of the network input, pixels; the prompt's if absent
 * @param normalize normalisation of the input; ImageNet's if absent
 */
public record TorchScriptOptions(
    @Option("the network, as torch.jit.trace or torch.jit.script saved it") Path file,
    @Option("a text file with the name of a source label on each line; numbers if absent")
        Optional<Path> labels,
    @Option("height and width of the network input, pixels; the prompt's if absent")
        Optional<Integer> size,
    @Option("normalisation of the input, {mean: [r, g, b], std: [r, g, b]}; ImageNet's if absent")
        Optional<Normalize> normalize) {

  /** Checks the range of the size. */
  public TorchScriptOptions {
    InvalidOptionException.unless(
        size.orElse(1) >= 1 && size.orElse(1) <= 4096,
        "size",
        "must lie in [1, 4096], found %s",
        size.orElse(0));
  }

  Normalization normalization() {
    return normalize
        .map(own -> new Normalization(own.mean(), own.std()))
        .orElse(Normalization.IMAGENET);
  }

  /**
   * Normalisation of the input, {@code (x - mean) / std} with x in [0,1].
   *
   * @param mean red, green, blue; each in [0,1]
   * @param std red, green, blue; each in (0,1]
   */
  public record Normalize(
      @Option("mean of red, green and blue, in [0,1]") List<Double> mean,
      @Option("standard deviation of red, green and blue, above 0, at most 1") List<Double> std) {

    /** Checks that there are three channels. */
    public Normalize {
      InvalidOptionException.unless(
          mean.size() == 3 && mean.stream().allMatch(value -> value >= 0 && value <= 1),
          "mean",
          "has a value from 0 to 1 for red, green and blue, found %s%s",
          mean,
          divided(mean));
      InvalidOptionException.unless(
          std.size() == 3 && std.stream().allMatch(value -> value > 0 && value <= 1),
          "std",
          "has a value above 0, at most 1, for red, green and blue, found %s%s",
          std,
          divided(std));
    }

    private static String divided(List<Double> values) {
      return values.stream().anyMatch(value -> value > 1)
          ? "; pixels lie in [0,1] here, so values for 0 to 255 are to be divided by 255"
          : "";
    }
  }
}
