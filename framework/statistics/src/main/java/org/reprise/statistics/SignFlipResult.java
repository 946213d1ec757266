package org.reprise.statistics;

/**
 * What a sign-flip permutation test found.
 *
 * @param pairs how many pairs were compared
 * @param meanDifference the mean of first minus second, in the values' unit
 * @param pValue the two-sided p value; with fewer than six pairs it cannot be below 0.05
 */
public record SignFlipResult(int pairs, double meanDifference, PValue pValue) {}
