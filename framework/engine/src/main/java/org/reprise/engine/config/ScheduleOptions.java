package org.reprise.engine.config;

import java.util.List;
import java.util.Optional;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * The schedule of the learning rate.
 *
 * @param name which one
 * @param milestones of {@code multi-step}: epochs before which the rate drops; 0 is left out, equal
 *     ones count twice
 * @param gamma of {@code multi-step}: factor at each milestone, in (0,1]
 * @param length of {@code cosine}: epochs until it reaches 0, at least 1; empty for those of
 *     training
 * @param by of {@code cosine}: whether it falls with every step or with every epoch
 * @param warmUp of {@code cosine}: steps in which the rate rises to its full height before it
 *     falls, 0 or more
 */
public record ScheduleOptions(
    @Option(
            value = "multi-step (by epoch), cosine (by step) or constant",
            defaultValue = "multi-step")
        Kind name,
    @Option(
            value = "epochs, or fractions of the epochs, at which multi-step drops",
            defaultValue = "[0.5, 0.72]")
        List<Milestone> milestones,
    @Option(value = "factor of multi-step at each milestone", defaultValue = "0.1") double gamma,
    @Option("epochs until cosine reaches 0; without it those of training") Optional<Integer> length,
    @Option(value = "step or epoch: when cosine falls", defaultValue = "step") By by,
    @Option(
            value = "steps in which cosine's rate rises before it falls; 0 for none",
            defaultValue = "0")
        int warmUp) {

  /** Checks ranges. */
  public ScheduleOptions {
    milestones = List.copyOf(milestones);
    InvalidOptionException.unless(
        gamma > 0 && gamma <= 1, "gamma", "must lie in (0,1], found %s", gamma);
    length.ifPresent(
        epochs ->
            InvalidOptionException.unless(
                epochs >= 1, "length", "must be 1 or more, found %d", epochs));
    InvalidOptionException.unless(warmUp >= 0, "warm-up", "must be 0 or more, found %d", warmUp);
    InvalidOptionException.unless(
        warmUp == 0 || by == By.STEP, "warm-up", "counts steps, and stands beside by: step only");
    InvalidOptionException.unless(
        name == Kind.COSINE || length.isEmpty(), "length", "is used with name: cosine only");
    InvalidOptionException.unless(
        name == Kind.COSINE || warmUp == 0, "warm-up", "is used with name: cosine only");
  }

  /**
   * Makes a schedule that is laid out over the epochs of training, without a warm-up.
   *
   * @param name as for the record
   * @param milestones likewise
   * @param gamma likewise
   */
  public ScheduleOptions(Kind name, List<Milestone> milestones, double gamma) {
    this(name, milestones, gamma, Optional.empty(), By.STEP, 0);
  }

  /** When a cosine falls. */
  public enum By {
    /** With every step. */
    STEP,
    /** With every epoch, as {@code CosineAnnealingLR} stepped after each epoch. */
    EPOCH
  }

  /** The schedules there are. */
  public enum Kind {
    /** Multiplies by gamma at each milestone, as {@code torch.optim.lr_scheduler.MultiStepLR}. */
    MULTI_STEP,
    /**
     * Follows half a cosine to 0 over all steps, as {@code CosineAnnealingLR} stepped after each
     * batch.
     */
    COSINE,
    /** Stays. */
    CONSTANT
  }
}
