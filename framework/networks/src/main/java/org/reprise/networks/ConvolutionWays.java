package org.reprise.networks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Which convolutions go another way than libtorch's own. Each is the same sum of products; which
 * one is faster, or right at all, depends on whether the processor tells the sizes of its caches,
 * by which oneDNN plans 1x1 convolutions.
 *
 * @param products 1x1 convolutions as matrix products. In memory a channels-last map is a matrix of
 *     pixels and channels, and such a convolution its product. oneDNN's own ones are faster (a
 *     training step of ResNet-50 1.25 times, of MobileNetV2 1.4 times), but gave wrong sums or
 *     ended the process by a division by zero (est_eff_1x1, libtorch 2.10) on an AVX-512 CPU that
 *     does not tell its cache sizes
 * @param unshuffledStem a 7x7 convolution of stride 2 on three channels as one of stride 1 on
 *     twelve, where its input needs a gradient
 * @param fused bias, activation and residual sum in one call with the convolution, where no
 *     gradient is asked for
 */
record ConvolutionWays(boolean products, boolean unshuffledStem, boolean fused) {
  /** All by libtorch's own convolutions. */
  static final ConvolutionWays PLAIN = new ConvolutionWays(false, false, false);

  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  /**
   * Chooses.
   *
   * @param device where
   */
  static ConvolutionWays on(DeviceType device) {
    return device == DeviceType.CPU ? onProcessor(Files.isDirectory(CACHES)) : PLAIN;
  }

  /** Says what is chosen; nothing where all are libtorch's own. */
  Optional<String> inWords() {
    List<String> words = new ArrayList<>();
    if (products) {
      words.add("1x1 convolutions as matrix products");
    }
    if (unshuffledStem) {
      words.add("a 7x7 stem without strides where its input needs a gradient");
    }
    if (fused) {
      words.add("bias, activation and sum with the convolution where no gradient is asked for");
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
  }

  /** Chooses for a processor that tells the sizes of its caches, or for one that does not. */
  static ConvolutionWays onProcessor(boolean cachesShown) {
    return new ConvolutionWays(
        !cachesShown, cachesShown, cachesShown && FusedConvolution.isAvailable());
  }
}
