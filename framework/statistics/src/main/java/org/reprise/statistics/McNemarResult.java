package org.reprise.statistics;

/**
 * What McNemar's test found.
 *
 * @param outcomes the counts that it was computed from
 * @param pValue the exact two-sided p value
 */
public record McNemarResult(PairedOutcomes outcomes, PValue pValue) {}
