package org.reprise.statistics;

import java.util.Optional;

/**
 * A mean difference with what the pairs say about its uncertainty.
 *
 * @param pairs how many pairs (or images) were compared
 * @param meanDifference the mean of first minus second
 * @param interval the confidence interval; absent where none can be had: too few pairs, or hardly
 *     any spread among them
 */
public record BootstrapResult(int pairs, double meanDifference, Optional<Interval> interval) {}
