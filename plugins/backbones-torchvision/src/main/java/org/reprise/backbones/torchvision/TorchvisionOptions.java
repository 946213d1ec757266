package org.reprise.backbones.torchvision;

import java.nio.file.Path;
import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of every backbone of this plugin.
 *
 * @param weights a file, or the name of published weights such as {@code imagenet1k-v1}
 * @param labels a text file with a source label's name on each line, or {@code imagenet1k}; absent:
 *     ImageNet's names for published weights, else numbers
 * @param size height and width of the network input, pixels; absent: the prompt's, else what the
 *     network was trained with
 * @param strict whether a file with tensors that the network has no place for is refused
 * @param plain whether to run the operations as torchvision does instead of the frozen form
 */
public record TorchvisionOptions(
    @Option("a file of weights, or the name of published ones, e.g. imagenet1k-v1") Path weights,
    @Option(
            "a text file with the name of a source label on each line, or imagenet1k; absent:"
                + " ImageNet's names for published weights, else numbers")
        Optional<Path> labels,
    @Option(
            "height and width of the network input, pixels; absent: the prompt's, else what the"
                + " network was trained with")
        Optional<Integer> size,
    @Option(
            value = "false accepts a file with tensors that the network has no place for",
            defaultValue = "true")
        boolean strict,
    @Option(
            value =
                "true runs the operations as torchvision does: batch-norms not folded, plain"
                    + " attention",
            defaultValue = "false")
        boolean plain) {

  /** Checks the range of the size. */
  public TorchvisionOptions {
    InvalidOptionException.unless(
        size.orElse(32) >= 32 && size.orElse(32) <= 4096,
        "size",
        "must lie in [32, 4096], found %s",
        size.orElse(0));
  }
}
