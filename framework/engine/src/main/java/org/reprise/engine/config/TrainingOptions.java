package org.reprise.engine.config;

import java.util.Optional;
import org.reprise.api.InvalidInputException;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * How a run trains. Defaults are the reference's for vision models.
 *
 * @param edition where a mapping's evidence comes from
 * @param epochs passes over the training split; 0 to evaluate only
 * @param batchSize samples a step, at least 1; the last partial batch is kept
 * @param shuffle whether each epoch has its own order
 * @param optimizer the update rule of every parameter group that does not bring its own
 * @param schedule of the learning rate
 * @param selection which epoch is the best checkpoint
 * @param validation share cut from the training split for {@code selection: validation}, in (0,1);
 *     empty to use the data set's own validation split
 * @param labelSmoothing share of each label that is spread over all target labels in the loss of
 *     training, in [0,1)
 * @param evaluateEvery how often to evaluate; the last epoch is always evaluated
 * @param cudaGraph whether a GPU records the operations of a step and repeats them
 */
public record TrainingOptions(
    @Option(
            value =
                "fast: evidence is the logits training computes; standard: a pass of its own each"
                    + " epoch",
            defaultValue = "fast")
        Edition edition,
    @Option(value = "passes over the training split; 0 to evaluate only", defaultValue = "200")
        int epochs,
    @Option(value = "samples a step", defaultValue = "256") int batchSize,
    @Option(value = "whether each epoch has its own order", defaultValue = "true") boolean shuffle,
    @Option(value = "the update rule of all that does not bring its own", defaultValue = "adam")
        ExtensionBlock optimizer,
    @Option(value = "of the learning rate", defaultValue = "multi-step") ScheduleOptions schedule,
    @Option(value = "which epoch is the best checkpoint", defaultValue = "last")
        Selection selection,
    @Option("share cut from the training split for selection: validation")
        Optional<Double> validation,
    @Option(
            value = "share of each label that the loss of training spreads over all; in [0,1)",
            defaultValue = "0")
        double labelSmoothing,
    @Option(
            value =
                "epochs between evaluations; auto: every epoch where selection needs it, else some 20 evaluations that take at most a third of the time",
            defaultValue = "auto")
        EvaluateEvery evaluateEvery,
    @Option(
            value =
                "whether a GPU records the operations of a step, once an epoch, and repeats them; auto:"
                    + " where they can be recorded; on: an error where they cannot",
            defaultValue = "auto")
        CudaGraph cudaGraph) {

  /** Checks ranges. */
  public TrainingOptions {
    InvalidOptionException.unless(epochs >= 0, "epochs", "must be 0 or more, found %d", epochs);
    InvalidOptionException.unless(
        batchSize >= 1, "batch-size", "must be at least 1, found %d", batchSize);
    InvalidOptionException.unless(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "label-smoothing",
        "must lie in [0,1), found %s",
        labelSmoothing);
    double share = validation.orElse(0.5);
    InvalidOptionException.unless(
        share > 0 && share < 1, "validation", "must lie between 0 and 1, found %s", share);
    InvalidOptionException.unless(
        validation.isEmpty() || selection == Selection.VALIDATION,
        "validation",
        "is used with selection: validation only, found selection: %s",
        Names.of(selection));
  }

  /** Options that leave to the device how it is told of a step. */
  public TrainingOptions(
      Edition edition,
      int epochs,
      int batchSize,
      boolean shuffle,
      ExtensionBlock optimizer,
      ScheduleOptions schedule,
      Selection selection,
      Optional<Double> validation,
      double labelSmoothing,
      EvaluateEvery evaluateEvery) {
    this(
        edition,
        epochs,
        batchSize,
        shuffle,
        optimizer,
        schedule,
        selection,
        validation,
        labelSmoothing,
        evaluateEvery,
        CudaGraph.AUTO);
  }

  /**
   * Insists that each of several workers gets a share of every whole batch.
   *
   * @param workers how many, at least 1
   * @throws InvalidInputException if a batch has fewer samples
   */
  public void requireShareable(int workers) {
    if (batchSize < workers) {
      throw new InvalidInputException(
          "training.batch-size: "
              + batchSize
              + " samples cannot be shared by "
              + workers
              + " workers; each needs one at least");
    }
  }

  /** Returns these options with another edition. */
  TrainingOptions with(Edition other) {
    return new TrainingOptions(
        other,
        epochs,
        batchSize,
        shuffle,
        optimizer,
        schedule,
        selection,
        validation,
        labelSmoothing,
        evaluateEvery,
        cudaGraph);
  }

  /** Whether a step's operations are recorded and repeated. Results are the same. */
  public enum CudaGraph {
    /** Where they can be. */
    AUTO,
    /** They must be. */
    ON,
    /** Each step is given to the device anew. */
    OFF
  }

  /** Where a mapping's evidence comes from. */
  public enum Edition {
    /** A pass of its own before each epoch: two forward passes an epoch. */
    STANDARD,
    /** The logits that training computes anyway. */
    FAST
  }

  /** Which epoch is the best checkpoint. */
  public enum Selection {
    /** The last one. */
    LAST,
    /** The one with the highest accuracy on a validation split. */
    VALIDATION,
    /**
     * The one with the highest test accuracy: the reference's rule, labelled so wherever it is
     * shown.
     */
    TEST
  }
}
