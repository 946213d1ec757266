package org.reprise.api.backbone;

import java.util.List;

/**
 * Per-channel normalisation of the network input, {@code (x - mean) / std} with x in [0,1].
 *
 * @param mean red, green, blue
 * @param std red, green, blue; each positive
 */
public record Normalization(List<Double> mean, List<Double> std) {

  /** ImageNet's, as published with torchvision's models. */
  public static final Normalization IMAGENET =
      new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  /** Leaves the image as it is. */
  public static final Normalization IDENTITY =
      new Normalization(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

  /** Checks that there are three channels and that no standard deviation is zero. */
  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3) {
      throw new IllegalArgumentException(
          "mean and std have one value each for red, green and blue, not " + mean + " and " + std);
    }
    for (int channel = 0; channel < 3; channel++) {
      if (!(std.get(channel) > 0)
          || !Double.isFinite(std.get(channel))
          || !Double.isFinite(mean.get(channel))) {
        throw new IllegalArgumentException(
            "std must be positive and finite, found " + mean + " and " + std);
      }
    }
  }
}
