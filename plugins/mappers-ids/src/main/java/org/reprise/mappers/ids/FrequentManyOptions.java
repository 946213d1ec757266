package org.reprise.mappers.ids;

import org.reprise.api.options.InvalidOptionException;
import org.reprise.api.options.Option;

/**
 * Options of {@code frequent-many}.
 *
 * @param idsPerTarget q, source labels of each target label, at least 1
 * @param interval epochs from one refit to the next, at least 1
 */
public record FrequentManyOptions(
    @Option(
            value = "source labels of each target label, all different; 1 or more",
            defaultValue = "5")
        int idsPerTarget,
    @Option(value = "epochs from one refit to the next; 1 or more", defaultValue = "1")
        int interval) {

  /** Checks the ranges. */
  public FrequentManyOptions {
    atLeastOne("ids-per-target", idsPerTarget);
    atLeastOne("interval", interval);
  }

  static void atLeastOne(String option, int value) {
    InvalidOptionException.unless(value >= 1, option, "must be 1 or more, found %d", value);
  }
}
