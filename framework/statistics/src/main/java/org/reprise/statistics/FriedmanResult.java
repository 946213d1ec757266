package org.reprise.statistics;

/**
 * What a Friedman test found.
 *
 * @param dataSets how many data sets
 * @param methods how many methods
 * @param chiSquare Friedman's statistic, corrected for ties; 0 if all methods tie everywhere
 * @param chiSquareP its p value in the limit of many data sets, chi-square with methods - 1 degrees
 *     of freedom: what most programs print
 * @param pValue the p value by permutation, valid for any number of data sets: claim by this one
 */
public record FriedmanResult(
    int dataSets, int methods, double chiSquare, double chiSquareP, PValue pValue) {}
