package org.reprise.engine.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reprise.api.data.Augmentation;
import org.reprise.api.data.ImageOperation;
import org.reprise.api.data.ImageSize;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * How an experiment treats its samples: keys of its {@code dataset} block that are the engine's.
 *
 * @param flip whether training may mirror images, where the prompt augments
 * @param augment what else training does to images at random
 * @param onCorrupt what to do with an image that cannot be decoded
 * @param cache whether prepared images are kept in the cache folder
 * @param gpuShare of a GPU's free memory that one split may take
 */
public record SampleOptions(
    @Option(
            value =
                "whether training may mirror images left to right, where the prompt augments; false"
                    + " for digits and signs (the reference mirrors those too)",
            defaultValue = "true")
        boolean flip,
    @Option(
            "what else training does to images at random, after what the prompt asks for: a list of"
                + " flip, crop, resized-crop and trivial-augment")
        Optional<List<AugmentOptions>> augment,
    @Option(
            value = "an image that cannot be decoded: error ends the run, skip leaves it out",
            defaultValue = "error")
        OnCorrupt onCorrupt,
    @Option(
            value =
                "whether prepared images are kept in the cache folder for the next run, where the"
                    + " data set is read from files; false keeps them in memory",
            defaultValue = "true")
        boolean cache,
    @Option(
            value =
                "the share of a GPU's free memory that the images of one split may take, 0 to 1; more"
                    + " stay in the computer's memory",
            defaultValue = "0.3")
        double gpuShare) {

  /** What every key is when it is not set. */
  public static final SampleOptions DEFAULT =
      new SampleOptions(true, Optional.empty(), OnCorrupt.ERROR, true, 0.3);

  /** Checks the share. */
  public SampleOptions {
    InvalidOptionException.unless(
        gpuShare >= 0 && gpuShare <= 1, "gpu-share", "must be from 0 to 1, found %s", gpuShare);
  }

  /** What to do with an image that cannot be decoded. */
  public enum OnCorrupt {
    /** End with an error that names it. */
    ERROR,
    /** Leave it out and say how many were. */
    SKIP
  }

  /**
   * Restricts what a prompt asks for to what the experiment allows, and adds what the experiment
   * asks for.
   *
   * @param wanted by the prompt
   * @param prepared size of the images to train on, which a prompt that wants nothing takes as they
   *     are
   * @return what to do
   */
  public Optional<Augmentation> allow(Optional<Augmentation> wanted, ImageSize prepared) {
    if (wanted.isEmpty() && augment.isEmpty()) {
      return Optional.empty();
    }
    Augmentation asked = wanted.orElseGet(() -> new Augmentation(prepared, false));
    List<ImageOperation> operations = new ArrayList<>(asked.operations());
    augment.ifPresent(list -> list.forEach(option -> operations.add(option.operation())));
    return Optional.of(new Augmentation(asked.size(), asked.flip() && flip, operations));
  }
}
