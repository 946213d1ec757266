package org.reprise.engine.training;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What an epoch measured.
 *
 * @param epoch from 0; -1 for an evaluation without training
 * @param learningRate of the prompt at the epoch's first step
 * @param trainLoss mean cross entropy over the epoch's samples; NaN without training
 * @param trainAccuracy share of the epoch's samples predicted right while training, in [0,1]; NaN
 *     without training
 * @param validationAccuracy in [0,1]; empty without a validation split or where not evaluated
 * @param testAccuracy in [0,1]; empty where not evaluated
 * @param samples trained on; without training, those of the test split
 * @param seconds wall time of the epoch
 * @param phases wall time by phase
 */
public record EpochResult(
    int epoch,
    double learningRate,
    double trainLoss,
    double trainAccuracy,
    OptionalDouble validationAccuracy,
    OptionalDouble testAccuracy,
    int samples,
    double seconds,
    Map<Phase, Double> phases) {}
