package org.reprise.engine.results;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The epochs of a run, summed up.
 *
 * @param lines how many epochs are recorded
 * @param last the last one; empty before the first
 * @param selected the one that the run's rule selects among those recorded
 * @param bestTest the one with the highest test accuracy, the first of equal ones: chosen on the
 *     test set
 * @param seconds of all recorded epochs together
 * @param secondsPerEpoch their median; empty where none was timed
 * @param peakMemoryBytes of the process that trained, where the system told
 */
public record TrainedEpochs(
    int lines,
    Optional<EpochFigures> last,
    Optional<EpochFigures> selected,
    Optional<EpochFigures> bestTest,
    double seconds,
    OptionalDouble secondsPerEpoch,
    OptionalLong peakMemoryBytes) {}
