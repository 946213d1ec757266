package org.reprise.engine.config;

import java.util.List;
import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * The schedule of the learning rate.
 *
 * @param name which one
 * @param milestones of {@code multi-step}: epochs before which the rate drops; 0 is left out, equal
 *     ones count twice
 * @param gamma of {@code multi-step}: factor at each milestone, in (0,1]
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
    @Option(value = "factor of multi-step at each milestone", defaultValue = "0.1") double gamma) {

  /** Checks ranges. */
  public ScheduleOptions {
    milestones = List.copyOf(milestones);
    InvalidOptionException.unless(
        gamma > 0 && gamma <= 1, "gamma", "must lie in (0,1], found %s", gamma);
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
