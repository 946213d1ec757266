package org.reprise.statistics;

/**
 * What a sign-flip permutation test found.
 *
 * @param pairs how many pairs were compared
 * @param unequal how many of them differ; only these can tell
 * @param meanDifference the mean of first minus second, in the values' unit
 * @param pValue the two-sided p value; with fewer than six unequal pairs it cannot be below 0.05
 */
public record SignFlipResult(int pairs, int unequal, double meanDifference, PValue pValue) {}
