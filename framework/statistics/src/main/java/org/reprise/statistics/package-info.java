/**
 * Statistics for comparing methods: figures over seeds, paired tests, ranks over data sets,
 * classification figures, and plain sentences that say what may be claimed.
 *
 * <p>Pure functions: nothing here knows runs, files or tensors, and equal arguments (the seed
 * included) give equal results. Results are immutable. NaN, infinite and empty input is refused
 * with an {@link java.lang.IllegalArgumentException} that names the value and its place.
 */
package org.reprise.statistics;
