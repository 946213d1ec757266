package org.reprise.engine.results;

import java.util.OptionalDouble;

/**
 * An epoch on the test split.
 *
 * @param epoch from 1; 0 for an evaluation without training
 * @param testAccuracy in [0,1]; empty where the epoch was not evaluated
 */
public record EpochFigures(int epoch, OptionalDouble testAccuracy) {}
